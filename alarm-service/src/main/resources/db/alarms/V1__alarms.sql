-- alarm-service keeps everything in the schema "alarms".
SELECT 1;
