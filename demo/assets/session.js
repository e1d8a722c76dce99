// The one client of a page: modules that import it share what it knows.
import { createClient } from '/api/auth/client.js';

export const auth = createClient();
