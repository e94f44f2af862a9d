/* Where the abstract areas and the actors stand on the map, for reading only: an area is no territory and has no edge,
   and nothing here takes a view on sovereignty or claims. Degrees, km, and degrees of turn (counter-clockwise from east). */

export const ZONES = {
  japan_home: { lon: 136.2, lat: 35.6, across: 520, along: 170, turn: 33 },
  nansei: { lon: 127.3, lat: 26.9, across: 610, along: 105, turn: 43, marks: [128.4, 27.6] },
  taiwan: { lon: 121.0, lat: 23.7, across: 205, along: 85, turn: 68, inset: true },
  taiwan_strait: { lon: 119.35, lat: 24.35, across: 215, along: 80, turn: 52, inset: true },
  east_china_sea: { lon: 124.2, lat: 30.0, across: 185, along: 185, turn: 0, above: true },
  south_china_sea: { lon: 114.7, lat: 15.0, across: 300, along: 300, turn: 0 },
  luzon: { lon: 121.1, lat: 16.4, across: 290, along: 145, turn: 82 },
  philippine_sea: { lon: 130.3, lat: 18.8, across: 330, along: 260, turn: 0 },
  mainland_coast: { lon: 116.6, lat: 27.0, across: 640, along: 120, turn: 46, marks: [116.2, 29.0], above: true },
};

/** In the order of the world: US, JP, CN, TW, PH. Chips that arcs join. */
export const HOMES = [
  { lon: 141.0, lat: 25.6 },
  { lon: 139.4, lat: 38.2 },
  { lon: 109.8, lat: 34.3 },
  { lon: 123.9, lat: 21.3 },
  { lon: 124.7, lat: 10.8 },
];

/* For lists that have no room for the whole name, which stands in their tooltip. */
export const SHORT = {
  japan_home: "Japan",
  nansei: "Nansei/Ryukyu",
  taiwan: "Taiwan",
  taiwan_strait: "Strait",
  east_china_sea: "ECS",
  south_china_sea: "SCS/WPS",
  luzon: "Luzon",
  philippine_sea: "Phil. Sea",
  mainland_coast: "coast",
};

export const REGION = { lon: 126.3, lat: 25.2, width: 3450, height: 3500 };
export const STRAIT = { lon: 120.2, lat: 24.15, width: 520, height: 640 };
