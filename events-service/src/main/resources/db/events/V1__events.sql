-- events-service keeps everything in the schema "events".
SELECT 1;
