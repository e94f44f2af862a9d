/* What several components need of the browser. */

import { useEffect, useRef, useState } from "preact/hooks";

/** [reference, width, height] of an element in px, kept up to date; `first` before it has been measured. */
export function useSize(first = [0, 0]) {
  const element = useRef(null);
  const [size, setSize] = useState(first);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      if (width > 0 && height > 0) setSize([Math.round(width), Math.round(height)]);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, size[0], size[1]];
}

/** Adds a listener to the document while the component stands; always the latest handler. */
export function useListener(type, handler, target = document) {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    const call = (event) => latest.current(event);
    target.addEventListener(type, call);
    return () => target.removeEventListener(type, call);
  }, [type]);
}

/** Calls the handler every so many milliseconds while `running`. */
export function useInterval(handler, milliseconds, running) {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => latest.current(), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds, running]);
}
