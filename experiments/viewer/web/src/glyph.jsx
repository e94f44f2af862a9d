/* The signs of what nobody chose, drawn and not written, so that they look alike with every font. */

const SHAPES = {
  incident: <path d="M0-1 0.28-0.28 1 0 0.28 0.28 0 1-0.28 0.28-1 0-0.28-0.28Z" />,
  leak: <path d="M0-1A1 1 0 0 1 0 1ZM-0.15-0.97A1 1 0 0 0-0.15 0.97" class="half" />,
  ambassador: <path d="M-1-0.7H1V0.7H-1ZM-1-0.7 0 0.15 1-0.7" class="open" />,
  disaster: <path d="M-0.3-1H0.3V-0.3H1V0.3H0.3V1H-0.3V0.3H-1V-0.3H-0.3Z" />,
  rung: <path d="M0-0.95 0.95 0.8H-0.95Z" />,
  crisis: <path d="M-0.9-0.55H0.5L0.9 0 0.5 0.55H-0.9Z" />,
  deal: <path d="M-0.9-0.3H0.9M-0.9 0.35H0.9" class="cross" />,
  yield: <path d="M0.8-0.7-0.6 0 0.8 0.7" class="cross" />,
  fade: <path d="M-0.9 0H-0.5M-0.2 0H0.2M0.5 0H0.9" class="cross" />,
  breach: <path d="M-0.9 0H-0.2L0.2-0.6M-0.2 0.6 0.2 0H0.9" class="cross" />,
  conflict: <path d="M-0.8-0.8 0.8 0.8M0.8-0.8-0.8 0.8" class="cross" />,
  end: <path d="M-0.7-0.7H0.7V0.7H-0.7Z" />,
};

/** As a part of an SVG, at (x, y). */
export function Glyph({ kind, r = 5, x = 0, y = 0 }) {
  return (
    <g class={`eventglyph ${kind}`} transform={`translate(${x} ${y}) scale(${r})`}>
      {SHAPES[kind] ?? <circle r="0.6" />}
    </g>
  );
}

/** In a line of text. */
export function GlyphMark({ kind }) {
  return (
    <svg class="mark" width="13" height="13" viewBox="-1.3 -1.3 2.6 2.6" aria-hidden="true">
      <Glyph kind={kind} r={1} />
    </svg>
  );
}
