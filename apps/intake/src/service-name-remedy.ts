/** What to set POWERTOOLS_SERVICE_NAME to, in the words of every function's configuration error. */
export const SERVICE_NAME_REMEDY = 'the service name, for example webhook-validator';
