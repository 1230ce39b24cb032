-- metrics-service keeps everything in the schema "metrics".
SELECT 1;
