package io.pharos.e2e.clients;

import ca.pjer.logback.AwsLogsAppender;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;

import java.net.URI;

/// logback-awslogs-appender: makes its group and stream, then writes a line.
final class LogbackClient {
    private LogbackClient() {}

    static void publish(URI endpoint) {
        var context = new LoggerContext();
        var layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern("%level %logger %msg");
        layout.start();
        var appender = new AwsLogsAppender();
        appender.setContext(context);
        appender.setLayout(layout);
        appender.setLogGroupName("logback");
        appender.setLogStreamName("app");
        appender.setLogRegion("us-east-1");
        appender.setRetentionTimeDays(7);
        appender.setMaxFlushTimeMillis(0); // written by the thread that logs
        appender.setCloudWatchEndpoint(endpoint.toString());
        appender.setAccessKeyId(System.getenv("AWS_ACCESS_KEY_ID"));
        appender.setSecretAccessKey(System.getenv("AWS_SECRET_ACCESS_KEY"));
        appender.start();
        var logger = context.getLogger("shop");
        logger.addAppender(appender);
        logger.info("bought by logback");
        appender.stop();
        context.stop();
    }
}
