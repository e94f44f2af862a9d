/* One abstract area on the map: a dashed outline, its name, and a mark for each actor that is present. Size tells the level: the
   mark's area is in proportion to it. What was deployed this turn tints the zone with its rung and rings the mark. */

import { RUNG_COLOURS, capital } from "./format.js";
import { Sign } from "./mark.jsx";
import { KM, place } from "./project.js";

const LEAST = 0.015; // levels below it are not drawn
const FULL = 12.5; // px, the radius of level 1
const GAP = 5;
const CODE = 17; // px that a code needs

export function Zone({ zone, view, area, small, outline, present, orders, incident, focus, onArea, selectable, chosen }) {
  const at = place(view, zone.lon, zone.lat);
  const [rx, ry] = [zone.across, zone.along].map((km) => km * KM * view.k);
  const rung = Math.max(-1, ...orders.map((order) => order.rung));
  const marks = outline ? [] : present.filter(({ level }) => level >= LEAST);
  const centre = zone.marks ? place(view, ...zone.marks) : at;
  const click = onArea && selectable && !outline ? () => onArea(area.id) : undefined;
  return (
    <g class={`zone ${click ? "open" : ""} ${chosen ? "chosen" : ""}`} onClick={click}>
      {!outline && <title>{summary(area, present)}</title>}
      <g transform={`translate(${at[0]} ${at[1]}) rotate(${-zone.turn})`}>
        <ellipse rx={rx} ry={ry} style={rung > 0 ? { fill: RUNG_COLOURS[rung], fillOpacity: 0.6 } : undefined} />
      </g>
      <Row marks={marks} at={centre} orders={orders} focus={focus} small={small} />
      {!small && !outline && <Label area={area} at={centre} half={zone.marks ? 14 : low(zone, rx, ry)} marks={marks} above={zone.above} />}
      {incident && !outline && <Burst at={[centre[0], centre[1] - (small ? 8 : 24)]} small={small} />}
    </g>
  );
}

/** The marks side by side, in rows of three, their codes beneath. */
function Row({ marks, at, orders, focus, small }) {
  const shrink = small ? 0.42 : 1;
  const rows = marks.length > 3 && !small ? [marks.slice(0, Math.ceil(marks.length / 2)), marks.slice(Math.ceil(marks.length / 2))] : [marks];
  return rows.map((row, n) => {
    const widths = row.map(({ level }) => Math.max(2 * radius(level) * shrink, small ? 0 : CODE) + (small ? 2 : GAP));
    let x = at[0] - widths.reduce((sum, width) => sum + width, 0) / 2;
    const y = at[1] + (n - (rows.length - 1) / 2) * 38 - (small ? 0 : 5);
    return row.map(({ actor, level }, m) => {
      x += widths[m];
      const order = orders.find((one) => one.actor === actor.index);
      return (
        <Presence key={actor.code} actor={actor} r={radius(level) * shrink} x={x - widths[m] / 2} y={y} order={order} focus={focus} small={small} />
      );
    });
  });
}

function Presence({ actor, r, x, y, order, focus, small }) {
  const faded = focus !== null && focus !== undefined && focus !== actor.index;
  return (
    <g class={`presence ${faded ? "faded" : ""}`} transform={`translate(${x} ${y})`}>
      {order && !small && <circle class="ring" r={r + 4} style={{ stroke: RUNG_COLOURS[Math.max(order.rung, 3)] }} />}
      <Sign index={actor.index} r={r} class="sign" />
      {!small && (
        <text class="code" y={FULL + 10}>
          {actor.code}
        </text>
      )}
    </g>
  );
}

function Label({ area, at, half, marks, above }) {
  const lines = capital(area.label).replace("The ", "").split("/");
  const tall = marks.length > 3 ? 46 : marks.length ? 28 : 0;
  const y = above ? at[1] - Math.max(half, tall - 4) - 5 : at[1] + Math.max(half, tall) + 12;
  return lines.map((line, n) => (
    <text key={n} class="area" x={at[0]} y={y + 13 * n}>
      {n > 0 ? `/ ${line}` : line}
    </text>
  ));
}

function Burst({ at, small }) {
  const r = small ? 4 : 8;
  const points = Array.from({ length: 12 }, (_, n) => {
    const length = n % 2 ? r * 0.5 : r;
    return `${Math.cos((n * Math.PI) / 6) * length},${Math.sin((n * Math.PI) / 6) * length}`;
  });
  return <polygon class="burst" points={points.join(" ")} transform={`translate(${at[0]} ${at[1]})`} />;
}

/** How far the outline reaches below its centre, straight down. */
function low(zone, rx, ry) {
  const turn = (zone.turn * Math.PI) / 180;
  return 1 / Math.hypot(Math.sin(turn) / rx, Math.cos(turn) / ry);
}

function radius(level) {
  return Math.max(2.2, FULL * Math.sqrt(Math.min(1, level)));
}

function summary(area, present) {
  const there = present.filter(({ level }) => level > 0).map(({ actor, level }) => `${actor.code} ${level.toFixed(2)}`);
  return `${capital(area.label)}: ${there.join(", ") || "nobody"}`;
}
