import { render } from 'preact';
import { Playground } from './chat/playground.tsx';

const page = document.getElementById('page');
if (page) render(<Playground />, page);
