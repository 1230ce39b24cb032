-- ingest-service keeps everything in the schema "ingest".
SELECT 1;
