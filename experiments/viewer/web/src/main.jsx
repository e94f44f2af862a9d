/* Where the page starts: reads the data that stand in it and draws. */

import { render } from "preact";
import "./base.css";
import "./map.css";
import "./replay.css";
import "./compare.css";
import "./report.css";
import "./story.css";
import "./play.css";
import "./print.css";
import { App } from "./app.jsx";

const data = JSON.parse(document.getElementById("data").textContent);
document.documentElement.classList.toggle("framed", window !== window.top);
const place = document.getElementById("app");
place.replaceChildren();
render(<App data={data} />, place);
