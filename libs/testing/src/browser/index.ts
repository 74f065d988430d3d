export { startChromium, type TestBrowser } from './chromium.ts';
export { ConsoleWatch } from './console-watch.ts';
