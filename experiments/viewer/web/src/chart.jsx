/* The map: land, the abstract areas, who is present there, who acts on whom. The strait has an inset of its own.

   <Chart areas actors presence arcs orders incidents focus onFocus onArea selectable chosen label />

   areas [{id, label}], actors [{code, label, index}] as in an episode; presence {US: {nansei: 0..1}};
   arcs [{from, to, rung, age, channel, effective}]; orders [{actor, area, rung}], what was deployed this turn; incidents [area].
   beside: the inset stands beside the map, not on it; paper: px of the map in print. twin: whether the hidden table stands with it. focus: the index of an actor, or null; onFocus(index), onArea(area id);
   selectable: ids that may be chosen; chosen: the one that is.
   The drawing is hidden from assistive technology: MapTable says the same, and buttons beside the map do what a click here does. */

import { useMemo } from "preact/hooks";
import { Arcs } from "./arcs.jsx";
import { useSize } from "./hooks.js";
import { Sign } from "./mark.jsx";
import { MapTable } from "./maptable.jsx";
import { KM, LAND, fit, graticule, place } from "./project.js";
import { Zone } from "./zone.jsx";
import { HOMES, REGION, STRAIT, ZONES } from "./zones.js";

const GRID = graticule();
const NARROW = 620; // px; below it the inset stands under the map
const SMALL = 0.115; // px a km; below it marks and chips are smaller
const FOOT = 16; // px that a map as low as it is wide leaves below for the last label
const BESIDE = 0.7; // of the map's width, the inset beside it; map.css says the same

export function Chart(props) {
  const { beside = false, paper = [893, 440] } = props;
  const [box, width, height] = useSize(paper);
  const narrow = !beside && width < NARROW;
  const tall = !narrow && !beside && height > 0.8 * width; // room enough for the whole region, and a corner of open sea for the inset
  const wide = tall ? [Math.round(width * 0.3), Math.round(height * 0.28)] : [Math.min(360, Math.round(width * 0.38)), height - 24];
  const inset = narrow ? [width, Math.round(width * 0.66)] : wide;
  return (
    <div class={`chart ${beside ? "beside" : narrow ? "narrow" : tall ? "tall" : ""}`}>
      <div class="map" ref={box}>
        <Region {...props} width={width} height={height} reserve={beside || narrow || tall ? 0 : inset[0] + 12} />
      </div>
      {beside ? (
        <Beside {...props} paper={[Math.round(paper[0] * BESIDE), paper[1]]} />
      ) : (
        <div class="inset">
          <Strait {...props} width={inset[0]} height={inset[1]} />
        </div>
      )}
      {props.twin !== false && <MapTable {...props} />}
    </div>
  );
}

function Region({ width, height, reserve, beside = false, arcs = [], actors, focus, onFocus, ...rest }) {
  const foot = beside ? FOOT : 0;
  const view = useMemo(() => fit(REGION, 0, 0, width - reserve, height - foot), [width, height, reserve, foot]);
  const homes = HOMES.map(({ lon, lat }) => place(view, lon, lat));
  const small = view.k * KM < SMALL;
  return (
    <svg class={small ? "sea tight" : "sea"} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <Ground view={view} />
      <Frame view={view} />
      <Arcs arcs={arcs} homes={homes} focus={focus} />
      <Areas view={view} actors={actors} focus={focus} size={small ? "tight" : "plain"} {...rest} />
      {actors.map((actor, n) => (
        <Chip key={n} actor={actor} at={homes[n]} scale={small ? 0.86 : 1} focus={focus} onFocus={onFocus} />
      ))}
    </svg>
  );
}

/** The inset where the style sheet puts it, as large as that makes it. */
function Beside(props) {
  const [box, width, height] = useSize(props.paper);
  return (
    <div class="inset" ref={box}>
      <Strait {...props} width={width} height={height} />
    </div>
  );
}

function Strait({ width, height, ...rest }) {
  const view = useMemo(() => fit(STRAIT, 0, 22, width, height - 22), [width, height]);
  return (
    <svg class="sea" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <Ground view={view} />
      <Areas view={view} inset size="large" {...rest} />
      <text class="insettitle" x="12" y="22">
        Taiwan Strait, enlarged
      </text>
    </svg>
  );
}

/** Land and graticule: drawn once for each size. */
function Ground({ view }) {
  return useMemo(
    () => (
      <g transform={`translate(${view.x} ${view.y}) scale(${view.k})`}>
        <path class="grid" d={GRID} />
        <path class="land" d={LAND} />
      </g>
    ),
    [view],
  );
}

/** What of the map the inset enlarges. */
function Frame({ view }) {
  const [x, y] = place(view, STRAIT.lon, STRAIT.lat);
  const [width, height] = [STRAIT.width, STRAIT.height].map((km) => km * KM * view.k);
  return <rect class="frame" x={x - width / 2} y={y - height / 2} width={width} height={height} />;
}

function Areas({ view, size, inset = false, areas, presence, actors, orders = [], incidents = [], focus, onArea, selectable, chosen }) {
  return areas.map((area, n) => {
    const zone = ZONES[area.id];
    if (!zone) return null;
    return (
      <Zone
        key={area.id}
        zone={zone}
        view={view}
        area={area}
        size={!inset && zone.inset ? "small" : size}
        outline={inset && !zone.inset}
        present={actors.map((actor) => ({ actor, level: presence[actor.code]?.[area.id] ?? 0 }))}
        orders={orders.filter((order) => order.area === n)}
        incident={incidents.includes(n)}
        focus={focus}
        onArea={onArea}
        selectable={!selectable || selectable.includes(area.id)}
        chosen={chosen === area.id}
      />
    );
  });
}

function Chip({ actor, at, scale, focus, onFocus }) {
  const faded = focus !== null && focus !== undefined && focus !== actor.index;
  return (
    <g class={`chip ${faded ? "faded" : ""}`} transform={`translate(${at[0]} ${at[1]}) scale(${scale})`} onClick={() => onFocus?.(actor.index)}>
      <title>{actor.label}</title>
      <rect x="-25" y="-13" width="50" height="26" rx="13" />
      <Sign index={actor.index} r={5.5} transform="translate(-11 0)" />
      <text x="0" y="4.5">
        {actor.code}
      </text>
    </g>
  );
}
