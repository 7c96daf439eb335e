const PAGES = [
  { name: 'Playground', path: '/' },
  { name: 'Traces', path: '/traces' },
] as const;

/** The head of every page. */
export function Header({ page }: { page: (typeof PAGES)[number]['path'] }) {
  return (
    <header class="top">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <p class="name">Stream Aligner</p>
      <nav aria-label="Pages">
        {PAGES.map(({ name, path }) => (
          <a key={path} href={path} aria-current={path === page ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
    </header>
  );
}
