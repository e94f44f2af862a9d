/* Lambert's conformal conic on a sphere, as basemap/make.mjs drew the coast with: degrees to units of the basemap, y downwards.
   Not d3-geo: it adds 26 kB to the bundle for one projection. */

import basemap from "../basemap/basemap.json";

const RADIUS = 6371; // km
const radians = (degrees) => (degrees * Math.PI) / 180;
const { lat1, lat2, lat0, lon0, scale } = basemap.projection;
const stretch = (lat) => Math.tan(Math.PI / 4 + radians(lat) / 2);
const cone = Math.log(Math.cos(radians(lat1)) / Math.cos(radians(lat2))) / Math.log(stretch(lat2) / stretch(lat1));
const factor = (Math.cos(radians(lat1)) * stretch(lat1) ** cone) / cone;
const distance = (lat) => (RADIUS * scale * factor) / stretch(lat) ** cone;

const LEAST = 0.001; // px a km: more than nothing, also while a part of the page has no size yet

export const LAND = basemap.land;
export const KM = scale; // units a kilometre

/** Units of the basemap, [x, y], of degrees east and north. */
export function project(lon, lat) {
  const angle = cone * radians(lon - lon0);
  return [distance(lat) * Math.sin(angle), distance(lat) * Math.cos(angle) - distance(lat0)];
}

/** How the box {lon, lat of its centre, width and height in km} fills a part of the screen: px a unit, and px of the origin. */
export function fit(box, left, top, width, height) {
  const k = Math.max(LEAST, Math.min(width / box.width, height / box.height)) / KM;
  const [x, y] = project(box.lon, box.lat);
  return { k, x: left + width / 2 - k * x, y: top + height / 2 - k * y };
}

/** Pixels of degrees in a view that `fit` made. */
export function place(view, lon, lat) {
  const [x, y] = project(lon, lat);
  return [view.x + view.k * x, view.y + view.k * y];
}

/** Parallels and meridians every 10 degrees, as one path in units of the basemap. */
export function graticule() {
  const lines = [];
  for (let lat = -10; lat <= 60; lat += 10) lines.push(range(80, 180, 2).map((lon) => project(lon, lat)));
  for (let lon = 80; lon <= 180; lon += 10) lines.push(range(-10, 60, 5).map((lat) => project(lon, lat)));
  return lines.map((line) => `M${line.map((point) => point.map(Math.round).join(",")).join("L")}`).join("");
}

function range(first, last, step) {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, n) => first + n * step);
}
