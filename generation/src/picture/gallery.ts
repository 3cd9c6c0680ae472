import { aurora } from './motifs/aurora.ts';
import { balloons } from './motifs/balloons.ts';
import { birdFlock } from './motifs/bird-flock.ts';
import { bokeh } from './motifs/bokeh.ts';
import { bookshelf } from './motifs/bookshelf.ts';
import { bridge } from './motifs/bridge.ts';
import { cells } from './motifs/cells.ts';
import { charts } from './motifs/charts.ts';
import { circuit } from './motifs/circuit.ts';
import { clockwork } from './motifs/clockwork.ts';
import { crowd } from './motifs/crowd.ts';
import { deepSea } from './motifs/deep-sea.ts';
import { dunes } from './motifs/dunes.ts';
import { embers } from './motifs/embers.ts';
import { farmland } from './motifs/farmland.ts';
import { forest } from './motifs/forest.ts';
import { galaxy } from './motifs/galaxy.ts';
import { geometry } from './motifs/geometry.ts';
import { globe } from './motifs/globe.ts';
import { helix } from './motifs/helix.ts';
import { honeycomb } from './motifs/honeycomb.ts';
import { iceberg } from './motifs/iceberg.ts';
import { jellyfish } from './motifs/jellyfish.ts';
import { leaves } from './motifs/leaves.ts';
import { network } from './motifs/network.ts';
import { neurons } from './motifs/neurons.ts';
import { nightRidges } from './motifs/night-ridges.ts';
import { nightRoad } from './motifs/night-road.ts';
import { paperWaves } from './motifs/paper-waves.ts';
import { planet } from './motifs/planet.ts';
import { rainGlass } from './motifs/rain-glass.ts';
import { reef } from './motifs/reef.ts';
import { rocket } from './motifs/rocket.ts';
import { skyline } from './motifs/skyline.ts';
import { snowVillage } from './motifs/snow-village.ts';
import { soundWaves } from './motifs/sound-waves.ts';
import { storm } from './motifs/storm.ts';
import { sunsetSea } from './motifs/sunset-sea.ts';
import { typography } from './motifs/typography.ts';
import type { PaletteName } from './palette.ts';
import type { Motif } from './stage.ts';

/** A motif on the wall: how it is painted and in which palettes it looks like itself, the most natural first. */
export interface GalleryEntry {
  readonly paint: Motif;
  readonly palettes: readonly [PaletteName, ...PaletteName[]];
}

export const GALLERY = {
  bokeh: { paint: bokeh, palettes: ['dusk', 'candy', 'neon', 'rose', 'plum', 'cobalt', 'ember', 'lagoon'] },
  'deep-sea': { paint: deepSea, palettes: ['abyss', 'lagoon', 'midnight', 'glacier', 'aurora'] },
  'night-ridges': { paint: nightRidges, palettes: ['midnight', 'dusk', 'pine', 'plum', 'graphite', 'wine', 'dawn'] },
  skyline: { paint: skyline, palettes: ['dusk', 'midnight', 'neon', 'cobalt', 'ember', 'slate', 'wine'] },
  'sunset-sea': { paint: sunsetSea, palettes: ['dusk', 'ember', 'savanna', 'dawn', 'rose', 'clay'] },
  aurora: { paint: aurora, palettes: ['aurora', 'lagoon', 'candy', 'neon', 'moss'] },
  dunes: { paint: dunes, palettes: ['savanna', 'ember', 'clay', 'dusk', 'gilt', 'rose'] },
  forest: { paint: forest, palettes: ['pine', 'moss', 'midnight', 'savanna', 'plum', 'lagoon'] },
  galaxy: { paint: galaxy, palettes: ['midnight', 'neon', 'wine', 'dusk', 'abyss', 'gilt'] },
  network: { paint: network, palettes: ['cobalt', 'midnight', 'neon', 'aurora', 'slate', 'gilt', 'wine'] },
  reef: { paint: reef, palettes: ['lagoon', 'abyss', 'cobalt', 'aurora', 'dusk'] },
  planet: { paint: planet, palettes: ['midnight', 'wine', 'neon', 'ember', 'abyss', 'dusk'] },
  'rain-glass': { paint: rainGlass, palettes: ['midnight', 'plum', 'neon', 'pine', 'dusk'] },
  leaves: { paint: leaves, palettes: ['moss', 'pine', 'lagoon', 'plum', 'citrus'] },
  cells: { paint: cells, palettes: ['abyss', 'rose', 'lagoon', 'wine', 'candy'] },
  helix: { paint: helix, palettes: ['cobalt', 'abyss', 'neon', 'lagoon', 'wine'] },
  'paper-waves': { paint: paperWaves, palettes: ['lagoon', 'dusk', 'rose', 'savanna', 'cobalt', 'plum', 'clay'] },
  charts: { paint: charts, palettes: ['cobalt', 'slate', 'lagoon', 'graphite', 'neon', 'gilt'] },
  circuit: { paint: circuit, palettes: ['cobalt', 'aurora', 'midnight', 'neon', 'gilt'] },
  geometry: { paint: geometry, palettes: ['dusk', 'cobalt', 'clay', 'candy', 'pine', 'gilt', 'rose'] },
  iceberg: { paint: iceberg, palettes: ['glacier', 'abyss', 'midnight', 'lagoon', 'dawn'] },
  embers: { paint: embers, palettes: ['ember', 'savanna', 'wine', 'gilt', 'neon'] },
  'sound-waves': { paint: soundWaves, palettes: ['neon', 'candy', 'midnight', 'dusk', 'lagoon', 'plum'] },
  'night-road': { paint: nightRoad, palettes: ['dusk', 'neon', 'midnight', 'ember', 'plum'] },
  bookshelf: { paint: bookshelf, palettes: ['gilt', 'clay', 'savanna', 'wine', 'pine'] },
  clockwork: { paint: clockwork, palettes: ['gilt', 'clay', 'slate', 'midnight', 'ember'] },
  farmland: { paint: farmland, palettes: ['moss', 'savanna', 'citrus', 'dawn', 'pine'] },
  honeycomb: { paint: honeycomb, palettes: ['savanna', 'gilt', 'citrus', 'clay'] },
  balloons: { paint: balloons, palettes: ['dawn', 'dusk', 'rose', 'candy', 'lagoon'] },
  'snow-village': { paint: snowVillage, palettes: ['midnight', 'glacier', 'dusk', 'aurora', 'plum'] },
  crowd: { paint: crowd, palettes: ['dusk', 'cobalt', 'clay', 'lagoon', 'candy', 'slate'] },
  'bird-flock': { paint: birdFlock, palettes: ['dusk', 'savanna', 'ember', 'dawn', 'rose', 'clay'] },
  storm: { paint: storm, palettes: ['midnight', 'graphite', 'wine', 'slate', 'neon'] },
  globe: { paint: globe, palettes: ['cobalt', 'midnight', 'aurora', 'slate', 'neon'] },
  neurons: { paint: neurons, palettes: ['candy', 'wine', 'cobalt', 'neon', 'abyss'] },
  rocket: { paint: rocket, palettes: ['dusk', 'cobalt', 'candy', 'ember', 'midnight'] },
  bridge: { paint: bridge, palettes: ['dusk', 'dawn', 'midnight', 'ember', 'slate', 'pine'] },
  typography: { paint: typography, palettes: ['cobalt', 'ember', 'dusk', 'graphite', 'lagoon', 'candy', 'gilt'] },
  jellyfish: { paint: jellyfish, palettes: ['abyss', 'candy', 'neon', 'midnight', 'dusk'] },
} as const satisfies Record<string, GalleryEntry>;

export type MotifName = keyof typeof GALLERY;

export const MOTIF_NAMES = Object.keys(GALLERY) as MotifName[];
