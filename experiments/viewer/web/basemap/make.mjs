/* The coast of the map: world-atlas (Natural Earth, public domain), LAND layer only, so no borders and no lines at sea.

   npm ci && npm run make      writes basemap.json beside this file; the page needs nothing else of it

   Islands are kept by size before anything is simplified, else the small chains vanish. Lambert's conformal conic keeps the
   Nansei chain's shape; ../src/project.js places the areas by the same formula. */

import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import mapshaper from "mapshaper";

const PROJECTION = { lat1: 15, lat2: 38, lat0: 24, lon0: 126.5, scale: 2.5 }; // units of 400 m on the map
const CLIP = "88,-8,166,54"; // degrees, wider than any screen shows
const LEAST = "22e6"; // m2, everywhere
const CHAINS = "3e6"; // m2, where small islands make the picture: Nansei, Taiwan, Luzon Strait, the Strait's western shore
const IN_CHAINS = "(this.centroidX > 118 && this.centroidX < 131.5 && this.centroidY > 18 && this.centroidY < 31)";
const KEPT = "6%"; // of the vertices, weighted

const require = createRequire(import.meta.url);
const world = await readFile(require.resolve("world-atlas/land-10m.json"));
const p = PROJECTION;
const commands = [
  "-i world.json",
  `-clip bbox=${CLIP}`,
  "-explode",
  `-filter "this.area > ${LEAST} || (this.area > ${CHAINS} && ${IN_CHAINS})"`,
  `-simplify weighted ${KEPT} keep-shapes`,
  `-proj +proj=lcc +lat_1=${p.lat1} +lat_2=${p.lat2} +lat_0=${p.lat0} +lon_0=${p.lon0} +R=6371000`,
  "-o land.json format=geojson precision=100",
].join(" ");
const made = await mapshaper.applyCommands(commands, { "world.json": world });
const { geometries } = JSON.parse(made["land.json"]);
const polygons = geometries.flatMap((g) => (g.type === "MultiPolygon" ? g.coordinates : [g.coordinates]));
const basemap = { credit: "Natural Earth (public domain)", projection: PROJECTION, land: polygons.map(ringsPath).join("") };
await writeFile(new URL("basemap.json", import.meta.url), `${JSON.stringify(basemap)}\n`);
console.log(`basemap.json: ${polygons.length} polygons, ${basemap.land.length} characters`);

function ringsPath(rings) {
  return rings.map(ringPath).join("");
}

/** Relative steps between whole units: half the characters of absolute ones. */
function ringPath(ring) {
  const points = ring.map(([x, y]) => [units(x), units(-y)]);
  const steps = points.slice(1, -1).map(([x, y], n) => `${x - points[n][0]},${y - points[n][1]}`);
  return `M${points[0].join(",")}l${steps.join(" ")}z`;
}

function units(metres) {
  return Math.round((metres / 1000) * PROJECTION.scale);
}
