import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @type {import('next').NextConfig} */
export default {
    poweredByHeader: false,
    // The folder stands for itself, whatever lock files lie above it.
    outputFileTracingRoot: dirname(fileURLToPath(import.meta.url)),
};
