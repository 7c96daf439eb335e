import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/** How near to the end of a page somebody is who reads along, in pixels. */
const NEAR = 120;

/** Keeps the end of the page in sight while it grows, for whoever was at the end. */
export function useFollow(grows: unknown): void {
  const following = useRef(true);
  useEffect(() => {
    const look = () => {
      const { scrollHeight } = document.documentElement;
      following.current = scrollHeight - innerHeight - scrollY < NEAR;
    };
    addEventListener('scroll', look, { passive: true });
    return () => removeEventListener('scroll', look);
  }, []);
  useLayoutEffect(() => {
    if (following.current) scrollTo({ top: document.documentElement.scrollHeight });
  }, [grows]);
}
