CREATE TABLE sample.note (text text NOT NULL);
