/* What several components need of the browser. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** [reference, width, height] of an element in px, kept up to date; `page`, its size on paper, while it is printed. */
export function useSize(page) {
  const element = useRef(null);
  const [size, setSize] = useState(page);
  const [printed, setPrinted] = useState(false);
  useListener("beforeprint", () => setPrinted(true), window);
  useListener("afterprint", () => setPrinted(false), window);
  useLayoutEffect(() => {
    // measured before the first paint, so that nothing is drawn at another size first
    const measure = () => {
      const { clientWidth, clientHeight } = element.current;
      if (clientWidth > 0 && clientHeight > 0) setSize([clientWidth, clientHeight]);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  const [width, height] = printed ? page : size;
  return [element, width, height];
}

/** Adds a listener to the document while the component stands; always the latest handler. */
export function useListener(type, handler, target = document) {
  const latest = useRef(handler);
  latest.current = handler;
  useLayoutEffect(() => {
    // before the first paint, so that no key is lost
    const call = (event) => latest.current(event);
    target.addEventListener(type, call);
    return () => target.removeEventListener(type, call);
  }, [type]);
}

/** Calls the handler every so many milliseconds while `running`, and not once more after that was drawn. */
export function useInterval(handler, milliseconds, running) {
  const latest = useRef(handler);
  latest.current = running ? handler : () => {};
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => latest.current(), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds, running]);
}
