// winston-cloudwatch makes its group and stream by what it is refused, then writes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import winston from 'winston';
import WinstonCloudWatch from 'winston-cloudwatch';

test('winston-cloudwatch writes', { timeout: 60_000 }, async () => {
  const logGroupName = `winston-${process.pid.toString(36)}${Date.now().toString(36)}`;
  const client = new logs.CloudWatchLogs({ maxAttempts: 1 });
  const transport = new WinstonCloudWatch({
    cloudWatchLogs: client,
    logGroupName,
    logStreamName: 'app',
    retentionInDays: 7,
    jsonMessage: true,
    uploadRate: 200,
    errorHandler: (error) => assert.fail(error),
  });
  const logger = winston.createLogger({ transports: [transport] });
  logger.info('bought', { order: 42 });
  const deadline = Date.now() + 20_000;
  let events = [];
  while (!events.length) {
    assert.ok(Date.now() < deadline, 'not in time');
    await setTimeout(200);
    try {
      ({ events } = await client.send(new logs.FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.order = 42 }' })));
    } catch (e) {
      assert.equal(e.name, 'ResourceNotFoundException');
    }
  }
  assert.equal(JSON.parse(events[0].message).message, 'bought');
  const { logGroups } = await client.send(new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
  assert.equal(logGroups[0].retentionInDays, 7);
  await new Promise((ended) => transport.kthxbye(ended));
});
