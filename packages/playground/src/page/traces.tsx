import { render } from 'preact';
import { TracesPage } from './traces/traces-page.tsx';

const page = document.getElementById('page');
if (page) render(<TracesPage />, page);
