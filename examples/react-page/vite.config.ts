import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// While developing, Vite serves the page and the server of the other example gives it its tickets.
const server = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/ticket': server, '/gateway': server } },
});
