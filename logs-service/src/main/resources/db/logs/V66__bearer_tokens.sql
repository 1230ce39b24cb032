-- Whether API keys may write into it (PutBearerTokenAuthentication); NULL: nobody ever said, so no.
ALTER TABLE logs.log_group ADD COLUMN bearer_tokens boolean;
