// The SDK for JavaScript with its own protocols, against AWS_ENDPOINT_URL.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import * as cw from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as events from '@aws-sdk/client-eventbridge';
import * as kinesis from '@aws-sdk/client-kinesis';
import * as sns from '@aws-sdk/client-sns';
import * as trail from '@aws-sdk/client-cloudtrail';

const config = { maxAttempts: 1 };
const suffix = process.pid.toString(36) + Date.now().toString(36);

async function eventually(question, limitMs = 20_000) {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    assert.ok(Date.now() < deadline, 'not in time');
    await setTimeout(200);
  }
}

test('metrics: a thousand datums, compressed on the way, add up', async () => {
  const client = new cw.CloudWatchClient(config);
  const Namespace = `js-${suffix}`;
  const MetricData = Array.from({ length: 1000 }, (_, i) => ({
    MetricName: 'Requests', Unit: 'Count', Value: i, Dimensions: [{ Name: 'Host', Value: `host-${i % 10}` }],
  }));
  await client.send(new cw.PutMetricDataCommand({ Namespace, MetricData }));
  const query = {
    StartTime: new Date(Date.now() - 600_000), EndTime: new Date(Date.now() + 600_000),
    MetricDataQueries: Array.from({ length: 10 }, (_, i) => ({
      Id: `h${i}`,
      MetricStat: { Metric: { Namespace, MetricName: 'Requests', Dimensions: [{ Name: 'Host', Value: `host-${i}` }] }, Period: 300, Stat: 'Sum' },
    })),
  };
  const total = await eventually(async () => {
    const { MetricDataResults } = await client.send(new cw.GetMetricDataCommand(query));
    const sum = MetricDataResults.flatMap((r) => r.Values).reduce((a, b) => a + b, 0);
    return sum === 499_500 && MetricDataResults;
  });
  assert.equal(total[0].StatusCode, 'Complete');
  const { Metrics } = await client.send(new cw.ListMetricsCommand({ Namespace }));
  assert.equal(Metrics.length, 10);
});

test('metrics: errors arrive as the SDK\'s own classes, with the Query code', async () => {
  const client = new cw.CloudWatchClient(config);
  await assert.rejects(
    client.send(new cw.PutMetricDataCommand({ Namespace: 'AWS/EC2', MetricData: [{ MetricName: 'x', Value: 1 }] })),
    (e) => e.message === 'The value AWS/ for parameter Namespace is invalid.' && e.$metadata.httpStatusCode === 400);
  await assert.rejects(
    client.send(new cw.SetAlarmStateCommand({ AlarmName: `none-${suffix}`, StateValue: 'OK', StateReason: 'x' })),
    (e) => e.name === 'ResourceNotFound' && e.$metadata.httpStatusCode === 404);
});

test('logs: written, read back, filtered, refused', async () => {
  const client = new logs.CloudWatchLogsClient(config);
  const logGroupName = `/js/${suffix}`;
  await assert.rejects(
    client.send(new logs.DescribeLogStreamsCommand({ logGroupName })), { name: 'ResourceNotFoundException' });
  await client.send(new logs.CreateLogGroupCommand({ logGroupName, tags: { team: 'js' } }));
  await client.send(new logs.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
  await client.send(new logs.CreateLogStreamCommand({ logGroupName, logStreamName: 'a' }));
  const now = Date.now();
  await client.send(new logs.PutLogEventsCommand({
    logGroupName, logStreamName: 'a',
    logEvents: [{ timestamp: now, message: 'GET /' }, { timestamp: now + 1, message: '{"level":"ERROR","code":17}' }],
  }));
  const read = await eventually(async () => {
    const { events: found } = await client.send(new logs.GetLogEventsCommand({ logGroupName, logStreamName: 'a', startFromHead: true }));
    return found.length === 2 && found;
  });
  assert.deepEqual(read.map((e) => e.message), ['GET /', '{"level":"ERROR","code":17}']);
  const { events: errors } = await client.send(new logs.FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.code = 17 }' }));
  assert.equal(errors.length, 1);
  await assert.rejects(
    client.send(new logs.CreateLogGroupCommand({ logGroupName })), { name: 'ResourceAlreadyExistsException' });
  await client.send(new logs.DeleteLogGroupCommand({ logGroupName }));
});

test('alarms: what was put is described, then deleted', async () => {
  const client = new cw.CloudWatchClient(config);
  const AlarmName = `js-${suffix}`;
  await client.send(new cw.PutMetricAlarmCommand({
    AlarmName, Namespace: 'js', MetricName: 'm', Statistic: 'Average', Period: 60, EvaluationPeriods: 3,
    DatapointsToAlarm: 2, Threshold: 1.5, ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching',
  }));
  const { MetricAlarms } = await client.send(new cw.DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
  assert.equal(MetricAlarms[0].DatapointsToAlarm, 2);
  assert.equal(MetricAlarms[0].Threshold, 1.5);
  assert.ok(MetricAlarms[0].StateUpdatedTimestamp instanceof Date);
  await client.send(new cw.DeleteAlarmsCommand({ AlarmNames: [AlarmName] }));
});

test('events and topics: a pattern is tested, entries are answered one by one, a topic is listed', async () => {
  const client = new events.EventBridgeClient(config);
  const Event = JSON.stringify({
    id: '1', source: 'my.app', 'detail-type': 'Order', account: '000000000000', region: 'us-east-1',
    time: '2026-01-01T00:00:00Z', resources: [], detail: { amount: 12 },
  });
  const { Result } = await client.send(new events.TestEventPatternCommand({
    Event, EventPattern: JSON.stringify({ detail: { amount: [{ numeric: ['>', 10] }] } }),
  }));
  assert.equal(Result, true);
  const put = await client.send(new events.PutEventsCommand({
    Entries: [{ Source: 'my.app', DetailType: 'Order', Detail: '{}' }, { Source: 'my.app', DetailType: 'Order', Detail: 'no' }],
  }));
  assert.equal(put.FailedEntryCount, 1);
  assert.equal(put.Entries[1].ErrorCode, 'MalformedDetail');

  const topics = new sns.SNSClient(config);
  const { TopicArn } = await topics.send(new sns.CreateTopicCommand({ Name: `js-${suffix}` }));
  assert.ok((await topics.send(new sns.PublishCommand({ TopicArn, Message: 'hello' }))).MessageId);
  await topics.send(new sns.DeleteTopicCommand({ TopicArn }));
});

test('streams: records come back as they were put', async () => {
  const client = new kinesis.KinesisClient({ ...config });
  const StreamName = `js-${suffix}`;
  await client.send(new kinesis.CreateStreamCommand({ StreamName, ShardCount: 1 }));
  await eventually(async () => {
    const { StreamDescriptionSummary: s } = await client.send(new kinesis.DescribeStreamSummaryCommand({ StreamName }));
    return s.StreamStatus === 'ACTIVE';
  });
  await client.send(new kinesis.PutRecordCommand({ StreamName, PartitionKey: 'k', Data: Buffer.from('hello') }));
  let { ShardIterator } = await client.send(new kinesis.GetShardIteratorCommand({
    StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON',
  }));
  const record = await eventually(async () => {
    const got = await client.send(new kinesis.GetRecordsCommand({ ShardIterator }));
    ShardIterator = got.NextShardIterator;
    return got.Records[0];
  });
  assert.equal(Buffer.from(record.Data).toString(), 'hello');
  await client.send(new kinesis.DeleteStreamCommand({ StreamName }));
});

test('trails: the calls above can be looked up', async () => {
  const client = new trail.CloudTrailClient(config);
  await eventually(async () => {
    const { Events } = await client.send(new trail.LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateStream' }],
    }));
    return Events.some((e) => e.CloudTrailEvent.includes(`js-${suffix}`));
  });
});

test('logs: live tail shows lines as they come', async () => {
  // The endpoint has no name for "stream-" to stand before.
  const client = new logs.CloudWatchLogsClient({ ...config, disableHostPrefix: true });
  const logGroupName = `js-tail-${suffix}`;
  await client.send(new logs.CreateLogGroupCommand({ logGroupName }));
  await client.send(new logs.CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
  const { logGroups } = await client.send(new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
  const tail = await client.send(new logs.StartLiveTailCommand({
    logGroupIdentifiers: [logGroups[0].logGroupArn], logEventFilterPattern: 'ERROR',
  }));
  const shown = [];
  for await (const event of tail.responseStream) {
    if (event.sessionStart) {
      await client.send(new logs.PutLogEventsCommand({
        logGroupName, logStreamName: 's',
        logEvents: ['fine', 'ERROR seen'].map((message) => ({ timestamp: Date.now(), message })),
      }));
    } else {
      shown.push(...event.sessionUpdate.sessionResults.map((line) => line.message));
      if (shown.length) break;
    }
  }
  assert.deepEqual(shown, ['ERROR seen']);
  client.destroy();
});
