/* One abstract area on the map: a dashed outline, its name, and a mark for each actor that is present. A mark's area is in
   proportion to the level. What was deployed this turn tints the zone with its rung and rings the mark. */

import { RUNG_COLOURS, capital } from "./format.js";
import { Sign } from "./mark.jsx";
import { KM, place } from "./project.js";

const LEAST = 0.015; // levels below it are not drawn
const SIZES = {
  plain: { full: 12.5, code: 17, gap: 5, row: 38, named: true }, // px: radius of level 1, a code, between marks and rows
  tight: { full: 9.5, code: 16, gap: 3, row: 30, named: true }, // on a small map
  large: { full: 19, code: 20, gap: 8, row: 56, named: true },
  small: { full: 5, code: 0, gap: 2, row: 10, named: false }, // where the inset shows the same, large
};

export function Zone({ zone, view, area, size, outline, present, orders, incident, focus, onArea, selectable, chosen }) {
  const look = SIZES[size];
  const at = place(view, zone.lon, zone.lat);
  const centre = zone.marks ? place(view, ...zone.marks) : at;
  const [rx, ry] = [zone.across, zone.along].map((km) => km * KM * view.k);
  const marks = outline ? [] : present.filter(({ level }) => level >= LEAST);
  const click = onArea && selectable && !outline ? () => onArea(area.id) : undefined;
  return (
    <g class={`zone ${click ? "open" : ""} ${chosen ? "chosen" : ""}`} onClick={click}>
      {!outline && <title>{summary(area, present)}</title>}
      <Outline at={at} rx={rx} ry={ry} turn={zone.turn} rung={Math.max(0, ...orders.map((order) => order.rung))} />
      <Marks marks={marks} at={centre} orders={orders} focus={focus} look={look} />
      {look.named && !outline && (
        <Label
          area={area}
          at={centre}
          half={zone.marks ? 14 : low(zone, rx, ry)}
          rows={rowsOf(marks).length}
          look={look}
          above={zone.above}
        />
      )}
      {incident && !outline && <Burst at={edge(centre, marks, look)} r={look.named ? 9 : 4} />}
    </g>
  );
}

function Outline({ at, rx, ry, turn, rung }) {
  return (
    <g transform={`translate(${at[0]} ${at[1]}) rotate(${-turn})`}>
      <ellipse rx={rx} ry={ry} style={rung > 0 ? { fill: RUNG_COLOURS[rung], fillOpacity: 0.6 } : undefined} />
    </g>
  );
}

/** The marks side by side, in rows of at most three, their codes beneath. */
function Marks({ marks, at, orders, focus, look }) {
  const rows = look.named ? rowsOf(marks) : [marks];
  return rows.map((row, n) => {
    const widths = row.map(({ level }) => widthOf(level, look));
    let x = at[0] - sum(widths) / 2;
    const y = at[1] + (n - (rows.length - 1) / 2) * look.row - (look.named ? 5 : 0);
    return row.map(({ actor, level }, m) => {
      x += widths[m];
      const order = orders.find((one) => one.actor === actor.index);
      return (
        <Presence
          key={actor.code}
          actor={actor}
          r={radius(level, look)}
          at={[x - widths[m] / 2, y]}
          order={order}
          focus={focus}
          look={look}
        />
      );
    });
  });
}

function Presence({ actor, r, at, order, focus, look }) {
  const faded = focus !== null && focus !== undefined && focus !== actor.index;
  return (
    <g class={`presence ${faded ? "faded" : ""}`} transform={`translate(${at[0]} ${at[1]})`}>
      {order && look.named && <circle class="ring" r={r + 4} style={{ stroke: RUNG_COLOURS[Math.max(order.rung, 3)] }} />}
      <Sign index={actor.index} r={r} class="sign" />
      {look.named && (
        <text class="code" y={look.full + 10}>
          {actor.code}
        </text>
      )}
    </g>
  );
}

function Label({ area, at, half, rows, look, above }) {
  const lines = capital(area.label.replace(/^the /i, "")).split("/");
  const tall = [0, look.full + 16, look.full + 16 + look.row / 2][rows];
  const y = above ? at[1] - Math.max(half, tall - 8) - 5 : at[1] + Math.max(half, tall) + 12;
  return lines.map((line, n) => (
    <text key={n} class="area" x={at[0]} y={y + 13 * n}>
      {n > 0 ? `/ ${line}` : line}
    </text>
  ));
}

/** Where an incident happened. */
function Burst({ at, r }) {
  const points = Array.from({ length: 16 }, (_, n) => {
    const length = n % 2 ? r * 0.5 : r;
    return `${Math.cos((n * Math.PI) / 8) * length},${Math.sin((n * Math.PI) / 8) * length}`;
  });
  return <polygon class="burst" points={points.join(" ")} transform={`translate(${at[0]} ${at[1]})`} />;
}

/** Up and to the right of the marks, clear of them. */
function edge(centre, marks, look) {
  const rows = look.named ? rowsOf(marks) : [marks];
  const width = Math.max(0, ...rows.map((row) => sum(row.map(({ level }) => widthOf(level, look)))));
  return [centre[0] + width / 2 + look.gap, centre[1] - (Math.max(1, rows.length) - 1) * (look.row / 2) - look.full * 1.3];
}

function rowsOf(marks) {
  if (marks.length === 0) return [];
  if (marks.length <= 3) return [marks];
  return [marks.slice(0, 3), marks.slice(3)];
}

/** How far the outline reaches below its centre, straight down. */
function low(zone, rx, ry) {
  const turn = (zone.turn * Math.PI) / 180;
  return 1 / Math.hypot(Math.sin(turn) / rx, Math.cos(turn) / ry);
}

function radius(level, look) {
  return Math.max(look.full / 6, look.full * Math.sqrt(Math.min(1, level)));
}

function widthOf(level, look) {
  return Math.max(2 * radius(level, look), look.code) + look.gap;
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function summary(area, present) {
  const there = present.filter(({ level }) => level > 0).map(({ actor, level }) => `${actor.code} ${level.toFixed(2)}`);
  return `${capital(area.label)}: ${there.join(", ") || "no presence"}`;
}
