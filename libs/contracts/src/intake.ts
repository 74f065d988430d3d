/** The most updates in one request to `POST /updates`. API Gateway and the function both check it. */
export const MAX_UPDATES_PER_REQUEST = 100;

/** The error of a 503 response of the intake, whether API Gateway or a function sends it: nothing was stored, a retry is safe. */
export const INTAKE_UNAVAILABLE = 'Temporarily unavailable, send the request again';
