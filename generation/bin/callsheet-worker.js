#!/usr/bin/env node
import '../dist/worker/bin.js';
