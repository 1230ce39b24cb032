-- logs-service keeps everything in the schema "logs".
SELECT 1;
