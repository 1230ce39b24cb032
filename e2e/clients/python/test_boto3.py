"""boto3 with its own protocols, against AWS_ENDPOINT_URL (given to every client: older versions do not read it)."""

import datetime
import http.server
import json
import math
import os
import threading
import time
import unittest

import boto3
import botocore.config
import botocore.exceptions

SUFFIX = format(os.getpid(), "x") + format(int(time.time()), "x")


def client(service):
    return boto3.client(
        service,
        endpoint_url=os.environ["AWS_ENDPOINT_URL"],
        config=botocore.config.Config(retries={"total_max_attempts": 1}),
    )


def eventually(question, limit=20):
    deadline = time.monotonic() + limit
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError("not in time")
        time.sleep(0.2)


class Boto3Test(unittest.TestCase):
    def test_metrics_add_up(self):
        cloudwatch = client("cloudwatch")
        namespace = "py-" + SUFFIX
        for _ in range(2):
            cloudwatch.put_metric_data(
                Namespace=namespace,
                MetricData=[
                    {"MetricName": "m", "Values": [1, 2, 3], "Counts": [2, 1, 1], "Unit": "Seconds"}
                    for _ in range(500)
                ],
            )
        now = datetime.datetime.now(datetime.timezone.utc)

        def points():
            found = cloudwatch.get_metric_statistics(
                Namespace=namespace,
                MetricName="m",
                StartTime=now - datetime.timedelta(minutes=10),
                EndTime=now + datetime.timedelta(minutes=10),
                Period=300,
                Statistics=["Sum", "SampleCount", "Maximum"],
                ExtendedStatistics=["p50"],
            )["Datapoints"]
            return found if sum(p["SampleCount"] for p in found) == 4000 else None

        found = eventually(points)
        self.assertEqual(sum(p["Sum"] for p in found), 7000)
        self.assertEqual(found[0]["Unit"], "Seconds")
        self.assertIn("p50", found[0]["ExtendedStatistics"])

    def test_mute_rules(self):
        cloudwatch = client("cloudwatch")
        name = "mute-" + SUFFIX
        topic = client("sns").create_topic(Name=name)["TopicArn"]
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace=name,
            MetricName="m",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[topic],
        )
        now = datetime.datetime.now(datetime.timezone.utc)
        cloudwatch.put_alarm_mute_rule(
            Name=name,
            Rule={"Schedule": {"Expression": now.strftime("at(%Y-%m-%dT%H:%M)"), "Duration": "PT1H"}},
            MuteTargets={"AlarmNames": [name]},
            Tags=[{"Key": "team", "Value": "shop"}],
        )
        cloudwatch.get_waiter("alarm_mute_rule_exists").wait(AlarmMuteRuleName=name)
        rule = cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName=name)
        self.assertEqual((rule["Status"], rule["MuteType"]), ("ACTIVE", "ONE_TIME"))
        tags = cloudwatch.list_tags_for_resource(ResourceARN=rule["AlarmMuteRuleArn"])["Tags"]
        self.assertEqual(tags, [{"Key": "team", "Value": "shop"}])
        listed = cloudwatch.list_alarm_mute_rules(AlarmName=name, Statuses=["ACTIVE"])
        self.assertEqual(len(listed["AlarmMuteRuleSummaries"]), 1)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="by hand")

        def actions():
            found = cloudwatch.describe_alarm_history(AlarmName=name, HistoryItemType="Action")
            return [json.loads(item["HistoryData"]) for item in found["AlarmHistoryItems"]]

        self.assertEqual([action["actionState"] for action in actions()], ["Muted"])
        cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName=name)
        done = eventually(lambda: actions() if len(actions()) == 2 else None)
        self.assertEqual(done[0]["actionState"], "Succeeded")
        published = json.loads(json.loads(done[0]["publishedMessage"])["default"])
        self.assertTrue(published["ActionExecutedAfterMuteWindow"])

    def test_metric_math(self):
        cloudwatch = client("cloudwatch")
        namespace = "math-" + SUFFIX
        now = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)
        start = now - datetime.timedelta(minutes=5)
        data = [
            {
                "MetricName": name,
                "Dimensions": [{"Name": "Host", "Value": host}],
                "Timestamp": start + datetime.timedelta(minutes=minute),
                "Value": value,
            }
            for name, host, values in (
                ("Errors", "a", {0: 1, 1: 2, 3: 4}),
                ("Requests", "a", {0: 10, 1: 10, 2: 10, 3: 10}),
                ("Requests", "b", {0: 30}),
            )
            for minute, value in values.items()
        ]
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)

        def stat(id, name, host):
            metric = {"Namespace": namespace, "MetricName": name, "Dimensions": [{"Name": "Host", "Value": host}]}
            return {"Id": id, "ReturnData": False, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}

        metrics = [stat("errors", "Errors", "a"), stat("ra", "Requests", "a"), stat("rb", "Requests", "b")]

        def get(*expressions):
            queries = [{"Id": "e%d" % i, "Expression": text} for i, text in enumerate(expressions)]
            return cloudwatch.get_metric_data(
                MetricDataQueries=queries + metrics,
                StartTime=start,
                EndTime=start + datetime.timedelta(minutes=4),
                ScanBy="TimestampAscending",
            )["MetricDataResults"]

        eventually(lambda: get("TIME_SERIES(SUM(errors) + SUM(ra) + SUM(rb))")[0]["Values"] == [77] * 4)
        expected = {
            "100 * errors / ra": [10, 20, 0, 40],
            "errors / ra * 0 + FILL(errors, REPEAT)": [1, 2, 2, 4],
            "IF(errors > 1, errors, 0)": [0, 2, 4],
            "RATE(errors) * 60": [1, 1],
            "SUM(METRICS('r'))": [41, 12, 10, 14],
            "MAX(SORT([ra, rb], SUM, DESC, 1))": [10, 10, 10, 10],
            "e0 + e3 * 0": [10, 20, 0, 40],
        }
        results = get(*expected)
        self.assertEqual([r["Values"] for r in results], list(expected.values()))
        self.assertEqual({r["StatusCode"] for r in results}, {"Complete"})
        self.assertEqual([r["Label"] for r in get("[ra, rb] * 2")], ["a", "b"])
        with self.assertRaises(botocore.exceptions.ClientError) as refused:
            get("errors +")
        self.assertIn("Error in expression 'e0': Invalid syntax", str(refused.exception))

    def test_search_and_metrics_insights(self):
        cloudwatch = client("cloudwatch")
        namespace = "search-" + SUFFIX
        now = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)
        data = [
            {
                "MetricName": "RequestCount%d" % (i % 3),
                "Dimensions": [{"Name": "Host", "Value": "h-%d" % i}],
                "Timestamp": now,
                "Value": i,
            }
            for i in range(600)
        ]
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)

        def listed(**filters):
            pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=namespace, **filters)
            return [len(page["Metrics"]) for page in pages]

        eventually(lambda: sum(listed()) == 600)
        self.assertEqual(listed(), [500, 100])
        self.assertEqual(listed(MetricName="RequestCount1", RecentlyActive="PT3H"), [200])
        self.assertEqual(listed(Dimensions=[{"Name": "Host", "Value": "h-7"}]), [1])

        def get(expression):
            answer = cloudwatch.get_metric_data(
                MetricDataQueries=[{"Id": "q", "Expression": expression, "Period": 60}],
                StartTime=now,
                EndTime=now + datetime.timedelta(minutes=1),
            )
            return [(r["Label"], r["Values"]) for r in answer["MetricDataResults"]]

        search = "SEARCH('{\"%s\",Host} MetricName=\"RequestCount1\" Host=(\"h-1\" OR \"h-4\")', 'Sum')" % namespace
        self.assertEqual(get("SORT(%s, SUM, DESC)" % search), [("h-4", [4]), ("h-1", [1])])
        self.assertEqual(get("SEARCH('Namespace=\"%s\" requestcount2 h-5', 'Sum', 60)" % namespace), [("RequestCount2", [5])])
        select = 'SELECT MAX(RequestCount0) FROM SCHEMA("%s", Host)' % namespace
        self.assertEqual(get(select), [("q", [597])])
        top = select + " WHERE Host != 'h-597' GROUP BY Host ORDER BY SUM() DESC LIMIT 2"
        self.assertEqual(get(top), [("h-594", [594]), ("h-591", [591])])
        with self.assertRaises(botocore.exceptions.ClientError) as refused:
            get("SELECT MAX(RequestCount0) FORM x")
        self.assertIn("unexpected 'FORM', expected FROM at position 26", str(refused.exception))

    def test_a_band_of_what_is_expected(self):
        cloudwatch = client("cloudwatch")
        metric = {
            "Namespace": "py-band-" + SUFFIX,
            "MetricName": "load",
            "Dimensions": [{"Name": "host", "Value": "a"}],
        }
        period = datetime.timedelta(minutes=5)
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        end = now - datetime.timedelta(seconds=now.timestamp() % period.total_seconds())

        def load(at):  # from 60 to 140 and back, once a day
            return 100 + 40 * math.sin(2 * math.pi * at.timestamp() / 86400)

        cloudwatch.put_metric_data(
            Namespace=metric["Namespace"],
            MetricData=[
                {
                    "MetricName": "load",
                    "Dimensions": metric["Dimensions"],
                    "Timestamp": end - i * period,
                    "Value": load(end - i * period) + (i * 7 % 5 - 2),
                }
                for i in range(1, 3 * 288 + 1)
            ],
        )

        def get(start, stop):
            return cloudwatch.get_metric_data(
                MetricDataQueries=[
                    {
                        "Id": "m1",
                        "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Average"},
                        "ReturnData": False,
                    },
                    {"Id": "ad1", "Expression": "ANOMALY_DETECTION_BAND(m1, 3)", "Label": "load"},
                ],
                StartTime=start,
                EndTime=stop,
                ScanBy="TimestampAscending",
            )["MetricDataResults"]

        low, high = get(end, end + 12 * period)
        self.assertEqual((low["Values"], high["Values"]), ([], []))
        eventually(
            lambda: len(
                cloudwatch.get_metric_statistics(
                    Namespace=metric["Namespace"],
                    MetricName="load",
                    Dimensions=metric["Dimensions"],
                    StartTime=end - 288 * period,
                    EndTime=end,
                    Period=300,
                    Statistics=["Average"],
                )["Datapoints"]
            )
            == 288
        )
        detector = {**metric, "Stat": "Average"}
        cloudwatch.put_anomaly_detector(
            SingleMetricAnomalyDetector=detector, Configuration={"MetricTimezone": "Europe/Berlin"}
        )

        def state():
            found = cloudwatch.describe_anomaly_detectors(Namespace=metric["Namespace"])
            return found["AnomalyDetectors"][0]["StateValue"]

        eventually(lambda: state() == "TRAINED")
        low, high = get(end, end + 12 * period)
        self.assertEqual(low["Label"], "load ANOMALY_DETECTION_BAND low")
        self.assertEqual(high["Label"], "load ANOMALY_DETECTION_BAND high")
        self.assertEqual(low["Timestamps"], [end + i * period for i in range(12)])
        for at, lower, upper in zip(low["Timestamps"], low["Values"], high["Values"]):
            self.assertTrue(lower < load(at) < upper < lower + 60, (lower, load(at), upper))
        cloudwatch.delete_anomaly_detector(SingleMetricAnomalyDetector=detector)
        with self.assertRaises(botocore.exceptions.ClientError) as missing:
            cloudwatch.delete_anomaly_detector(SingleMetricAnomalyDetector=detector)
        code = missing.exception.response["Error"]["Code"]
        self.assertEqual(code, "ResourceNotFoundException")

    def test_alarms_on_queries_fire(self):
        cloudwatch = client("cloudwatch")
        namespace = "py-query-alarms-" + SUFFIX
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        minute = datetime.timedelta(minutes=1)

        def put(name, host, points):
            dimensions = [{"Name": "host", "Value": host}]
            cloudwatch.put_metric_data(
                Namespace=namespace,
                MetricData=[
                    {"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": value}
                    for at, value in points
                ],
            )
            return {"Namespace": namespace, "MetricName": name, "Dimensions": dimensions}

        def stat(id, metric, period, returned):
            return {
                "Id": id,
                "MetricStat": {"Metric": metric, "Period": period, "Stat": "Average"},
                "ReturnData": returned,
            }

        # Minutes to come too: an alarm has its turn within a minute, and looks at the last full one.
        around = [now + i * minute for i in range(-3, 4)]
        errors = put("errors", "a", [(at, 30) for at in around])
        calls = put("calls", "a", [(at, 200) for at in around])
        put("errors", "b", [(at, 40) for at in around])
        put("errors", "c", [(at, 1) for at in around])
        history = [(now - i * 5 * minute, 100 + i * 7 % 5) for i in range(4, 3 * 288)]
        load = put("load", "a", history + [(at, 1000) for at in around])
        alarm = {"EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold"}
        cloudwatch.put_metric_alarm(
            **alarm,
            AlarmName=namespace + "-math",
            Threshold=10,
            Metrics=[
                stat("e", errors, 60, False),
                stat("c", calls, 60, False),
                {"Id": "percent", "Expression": "e/c*100", "Label": "errors in percent"},
            ],
        )
        select = 'SELECT MAX(errors) FROM "%s" GROUP BY host ORDER BY MAX() DESC' % namespace
        cloudwatch.put_metric_alarm(
            **alarm,
            AlarmName=namespace + "-select",
            Threshold=20,
            Metrics=[{"Id": "q", "Expression": select, "Period": 60}],
        )
        cloudwatch.put_metric_alarm(
            AlarmName=namespace + "-band",
            EvaluationPeriods=1,
            ComparisonOperator="GreaterThanUpperThreshold",
            ThresholdMetricId="band",
            Metrics=[
                stat("m", load, 300, True),
                {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m, 3)"},
            ],
        )

        def fired():
            found = cloudwatch.describe_alarms(AlarmNamePrefix=namespace)["MetricAlarms"]
            reasons = {a["AlarmName"][len(namespace) + 1 :]: a["StateReason"] for a in found}
            return reasons if {a["StateValue"] for a in found} == {"ALARM"} else None

        reasons = eventually(fired, 150)
        self.assertIn("1 datapoint [15.0 (", reasons["math"])
        self.assertEqual(reasons["select"], "2 out of 3 time series evaluated to ALARM")
        self.assertIn("] was greater than the upper thresholds [1", reasons["band"])
        contributors = cloudwatch.describe_alarm_contributors(AlarmName=namespace + "-select")
        hosts = [c["ContributorAttributes"]["host"] for c in contributors["AlarmContributors"]]
        self.assertEqual(sorted(hosts), ["a", "b"])
        for name in reasons:
            cloudwatch.delete_alarms(AlarmNames=[namespace + "-" + name])

    def test_an_alarm_scales_a_group(self):
        scaling = client("autoscaling")
        cloudwatch = client("cloudwatch")
        name = "py-scaling-" + SUFFIX
        scaling.create_launch_configuration(
            LaunchConfigurationName=name, ImageId="ami-12345678", InstanceType="t3.micro"
        )
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchConfigurationName=name,
            MinSize=1,
            MaxSize=4,
            AvailabilityZones=["us-east-1a"],
        )

        def group():
            return scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])[
                "AutoScalingGroups"
            ][0]

        def in_service(count):
            states = [i["LifecycleState"] for i in group()["Instances"]]
            return states == ["InService"] * count

        eventually(lambda: in_service(1))
        policy = scaling.put_scaling_policy(
            AutoScalingGroupName=name,
            PolicyName="grow",
            PolicyType="StepScaling",
            AdjustmentType="ChangeInCapacity",
            EstimatedInstanceWarmup=60,
            StepAdjustments=[
                {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 20, "ScalingAdjustment": 1},
                {"MetricIntervalLowerBound": 20, "ScalingAdjustment": 2},
            ],
        )["PolicyARN"]
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace=name,
            MetricName="load",
            Statistic="Average",
            Period=10,
            EvaluationPeriods=1,
            Threshold=50,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[policy],
        )
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        cloudwatch.put_metric_data(
            Namespace=name,
            MetricData=[
                {
                    "MetricName": "load",
                    "Timestamp": now + datetime.timedelta(seconds=10 * i),
                    "Value": 80,
                    "StorageResolution": 1,
                }
                for i in range(-3, 7)
            ],
        )
        eventually(lambda: in_service(3), 60)
        activities = scaling.describe_scaling_activities(AutoScalingGroupName=name)["Activities"]
        self.assertEqual([a["StatusCode"] for a in activities], ["Successful"] * 3)
        self.assertIn(
            "a monitor alarm %s in state ALARM triggered policy grow changing the desired"
            " capacity from 1 to 3." % name,
            activities[0]["Cause"],
        )
        alarms = scaling.describe_policies(AutoScalingGroupName=name)["ScalingPolicies"][0]["Alarms"]
        self.assertEqual([a["AlarmName"] for a in alarms], [name])
        items = cloudwatch.describe_alarm_history(AlarmName=name, HistoryItemType="Action")
        summaries = [i["HistorySummary"] for i in items["AlarmHistoryItems"]]
        self.assertIn("Successfully executed action " + policy, summaries)
        tracking = scaling.put_scaling_policy(
            AutoScalingGroupName=name,
            PolicyName="track",
            PolicyType="TargetTrackingScaling",
            TargetTrackingConfiguration={
                "TargetValue": 50,
                "CustomizedMetricSpecification": {
                    "Namespace": name,
                    "MetricName": "load",
                    "Statistic": "Average",
                },
            },
        )
        own = {a["AlarmName"] for a in tracking["Alarms"]}
        self.assertEqual({n.split("-")[-6] for n in own}, {"AlarmHigh", "AlarmLow"})
        scaling.delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True)
        eventually(
            lambda: not scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])[
                "AutoScalingGroups"
            ]
        )
        left = cloudwatch.describe_alarms(AlarmNamePrefix="TargetTracking-" + name)
        self.assertEqual(left["MetricAlarms"], [])
        cloudwatch.delete_alarms(AlarmNames=[name])
        scaling.delete_launch_configuration(LaunchConfigurationName=name)

    def test_an_alarm_invokes_a_function_and_hands_over_what_it_can_not_do(self):
        asked = []

        class Outside(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                asked.append((self.path, self.headers, json.loads(body)))
                self.send_response(202)
                self.end_headers()

            def log_message(self, *_):
                pass

        cloudwatch = client("cloudwatch")
        name = "py-outside-" + SUFFIX
        stop = "arn:aws:automate:us-east-1:ec2:stop"
        function = "arn:aws:lambda:us-east-1:123456789012:function:page:live"
        port = int(os.environ["PHAROS_E2E_OUTSIDE_PORT"])
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Outside)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            cloudwatch.put_metric_alarm(
                AlarmName=name,
                Namespace=name,
                MetricName="load",
                Dimensions=[{"Name": "InstanceId", "Value": "i-12345678"}],
                Statistic="Average",
                Period=60,
                EvaluationPeriods=1,
                Threshold=50,
                ComparisonOperator="GreaterThanThreshold",
                AlarmActions=[function, stop],
            )
            cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="py")
            eventually(lambda: len(asked) >= 2)
        finally:
            server.shutdown()
            server.server_close()
        calls = {path: (headers, body) for path, headers, body in asked}
        headers, event = calls["/2015-03-31/functions/page/invocations?Qualifier=live"]
        self.assertEqual(headers["X-Amz-Invocation-Type"], "Event")
        self.assertIn("/us-east-1/lambda/aws4_request", headers["Authorization"])
        self.assertEqual(event["alarmData"]["alarmName"], name)
        self.assertEqual(event["alarmData"]["state"]["value"], "ALARM")
        headers, event = calls["/actions"]
        self.assertTrue(headers["x-pharos-message-id"])
        self.assertEqual(
            event["action"],
            {"arn": stop, "kind": "instance", "operation": "stop", "instanceId": "i-12345678"},
        )

        def told():
            items = cloudwatch.describe_alarm_history(AlarmName=name, HistoryItemType="Action")
            return {i["HistorySummary"] for i in items["AlarmHistoryItems"]}

        done = {"Successfully executed action " + arn for arn in (function, stop)}
        eventually(lambda: told() == done)
        cloudwatch.delete_alarms(AlarmNames=[name])

    def test_groups_are_resized_by_the_clock(self):
        scaling = client("autoscaling")
        name = "py-schedule-" + SUFFIX
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchTemplate={"LaunchTemplateName": "template"},
            MinSize=0,
            MaxSize=4,
            AvailabilityZones=["us-east-1a"],
        )
        now = datetime.datetime.now(datetime.timezone.utc)
        scaling.put_scheduled_update_group_action(
            AutoScalingGroupName=name,
            ScheduledActionName="soon",
            StartTime=now + datetime.timedelta(seconds=2),
            DesiredCapacity=1,
        )
        scaling.put_scheduled_update_group_action(
            AutoScalingGroupName=name,
            ScheduledActionName="nightly",
            Recurrence="0 22 * * *",
            TimeZone="Europe/Berlin",
            DesiredCapacity=0,
        )

        def names():
            found = scaling.describe_scheduled_actions(AutoScalingGroupName=name)
            return [a["ScheduledActionName"] for a in found["ScheduledUpdateGroupActions"]]

        self.assertEqual(names(), ["nightly", "soon"])
        eventually(lambda: names() == ["nightly"])
        group = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])
        self.assertEqual(group["AutoScalingGroups"][0]["DesiredCapacity"], 1)
        scaling.delete_scheduled_action(AutoScalingGroupName=name, ScheduledActionName="nightly")
        scaling.delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True)

    def test_hooks_hold_instances_and_clients_move_them(self):
        scaling = client("autoscaling")
        name = "py-hooks-" + SUFFIX
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchTemplate={"LaunchTemplateName": "template"},
            MinSize=0,
            MaxSize=4,
            AvailabilityZones=["us-east-1a"],
            LifecycleHookSpecificationList=[
                {
                    "LifecycleHookName": "in",
                    "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING",
                    "HeartbeatTimeout": 300,
                }
            ],
        )
        group = {"AutoScalingGroupName": name}

        def instances():
            found = scaling.describe_auto_scaling_instances()["AutoScalingInstances"]
            own = [i for i in found if i["AutoScalingGroupName"] == name]
            return {i["InstanceId"]: i["LifecycleState"] for i in own}

        def states(*wanted):
            return lambda: sorted(instances().values()) == sorted(wanted)

        scaling.set_desired_capacity(DesiredCapacity=1, **group)
        eventually(states("Pending:Wait"))
        instance = list(instances())[0]
        hook = {"LifecycleHookName": "in", "InstanceId": instance, **group}
        scaling.record_lifecycle_action_heartbeat(**hook)
        scaling.complete_lifecycle_action(LifecycleActionResult="CONTINUE", **hook)
        eventually(states("InService"))
        with self.assertRaises(botocore.exceptions.ClientError) as over:
            scaling.complete_lifecycle_action(LifecycleActionResult="CONTINUE", **hook)
        self.assertEqual(over.exception.response["Error"]["Code"], "ValidationError")
        self.assertIn("No active Lifecycle Action found", str(over.exception))
        scaling.put_lifecycle_hook(LifecycleHookName="in", DefaultResult="CONTINUE", **group)
        kept = scaling.describe_lifecycle_hooks(**group)["LifecycleHooks"]
        self.assertEqual([(h["HeartbeatTimeout"], h["DefaultResult"]) for h in kept], [(300, "CONTINUE")])
        scaling.delete_lifecycle_hook(LifecycleHookName="in", **group)
        self.assertEqual(len(scaling.describe_lifecycle_hook_types()["LifecycleHookTypes"]), 2)

        scaling.set_instance_protection(InstanceIds=[instance], ProtectedFromScaleIn=True, **group)
        scaling.set_instance_health(InstanceId=instance, HealthStatus="Healthy")
        scaling.enter_standby(InstanceIds=[instance], ShouldDecrementDesiredCapacity=True, **group)
        self.assertTrue(states("Standby")())
        scaling.exit_standby(InstanceIds=[instance], **group)
        other = "i-" + format(int(time.time()), "017x")
        scaling.attach_instances(InstanceIds=[other], **group)
        eventually(states("InService", "InService"))
        scaling.detach_instances(InstanceIds=[other], ShouldDecrementDesiredCapacity=True, **group)
        self.assertEqual(list(instances()), [instance])
        scaling.suspend_processes(ScalingProcesses=["AlarmNotification"], **group)
        scaling.resume_processes(**group)
        tag = {"ResourceId": name, "ResourceType": "auto-scaling-group", "Key": "team"}
        scaling.create_or_update_tags(Tags=[{**tag, "Value": "shop", "PropagateAtLaunch": True}])
        filters = [{"Name": "auto-scaling-group", "Values": [name]}]
        self.assertEqual(scaling.describe_tags(Filters=filters)["Tags"][0]["Value"], "shop")
        scaling.delete_tags(Tags=[tag])
        scaling.disable_metrics_collection(**group)
        scaling.put_scaling_policy(
            PolicyName="p", AdjustmentType="ExactCapacity", ScalingAdjustment=0, **group
        )
        nightly = {"ScheduledActionName": "n", "Recurrence": "0 22 * * *", "DesiredCapacity": 0}
        scaling.batch_put_scheduled_update_group_action(ScheduledUpdateGroupActions=[nightly], **group)
        scaling.batch_delete_scheduled_action(ScheduledActionNames=["n"], **group)
        scaling.set_instance_protection(InstanceIds=[instance], ProtectedFromScaleIn=False, **group)
        scaling.terminate_instance_in_auto_scaling_group(
            InstanceId=instance, ShouldDecrementDesiredCapacity=False
        )
        scaling.execute_policy(PolicyName="p", **group)
        eventually(states())
        for describe in (
            scaling.describe_account_limits,
            scaling.describe_adjustment_types,
            scaling.describe_auto_scaling_notification_types,
            scaling.describe_launch_configurations,
            scaling.describe_metric_collection_types,
            scaling.describe_scaling_process_types,
            scaling.describe_termination_policy_types,
        ):
            describe()
        self.assertEqual(scaling.describe_load_balancers(**group)["LoadBalancers"], [])
        balanced = scaling.describe_load_balancer_target_groups(**group)
        self.assertEqual(balanced["LoadBalancerTargetGroups"], [])
        scaling.delete_auto_scaling_group(**group)

    def test_errors_have_their_codes(self):
        cloudwatch = client("cloudwatch")
        with self.assertRaises(botocore.exceptions.ClientError) as refused:
            cloudwatch.put_metric_data(Namespace="AWS/X", MetricData=[{"MetricName": "m", "Value": 1}])
        self.assertEqual(refused.exception.response["Error"]["Code"], "InvalidParameterValue")
        with self.assertRaises(client("logs").exceptions.ResourceNotFoundException):
            client("logs").describe_log_streams(logGroupName="none" + SUFFIX)
        with self.assertRaises(client("sns").exceptions.NotFoundException):
            client("sns").publish(TopicArn="arn:aws:sns:us-east-1:000000000000:none" + SUFFIX, Message="x")

    def test_pages_of_log_groups_do_not_overlap(self):
        logs = client("logs")
        names = ["/py/%s/%02d" % (SUFFIX, i) for i in range(7)]
        for name in names:
            logs.create_log_group(logGroupName=name)
        pages = logs.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix="/py/" + SUFFIX, PaginationConfig={"PageSize": 3}
        )
        self.assertEqual([g["logGroupName"] for page in pages for g in page["logGroups"]], names)
        for name in names:
            logs.delete_log_group(logGroupName=name)

    def test_a_rule_writes_to_a_log_group(self):
        events, logs = client("events"), client("logs")
        group = "/aws/events/py-" + SUFFIX
        logs.create_log_group(logGroupName=group)
        events.put_rule(Name="py-" + SUFFIX, EventPattern=json.dumps({"source": ["py." + SUFFIX]}))
        arn = "arn:aws:logs:us-east-1:000000000000:log-group:" + group
        self.assertEqual(
            events.put_targets(Rule="py-" + SUFFIX, Targets=[{"Id": "log", "Arn": arn}])["FailedEntryCount"], 0
        )
        events.put_events(Entries=[{"Source": "py." + SUFFIX, "DetailType": "T", "Detail": '{"n": 1}'}])
        found = eventually(lambda: logs.filter_log_events(logGroupName=group)["events"])
        self.assertEqual(json.loads(found[0]["message"])["detail"], {"n": 1})
        events.remove_targets(Rule="py-" + SUFFIX, Ids=["log"])
        events.delete_rule(Name="py-" + SUFFIX)

    def test_calls_and_what_came_in_are_counted(self):
        logs, cloudwatch = client("logs"), client("cloudwatch")
        group = "/py-counted/" + SUFFIX
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        now = datetime.datetime.now(datetime.timezone.utc)
        at = int(now.timestamp() * 1000)
        logs.put_log_events(
            logGroupName=group,
            logStreamName="s",
            logEvents=[{"timestamp": at, "message": "m"} for _ in range(3)],
        )

        def total(namespace, name, **dimensions):
            return sum(
                point["Sum"]
                for point in cloudwatch.get_metric_statistics(
                    Namespace=namespace,
                    MetricName=name,
                    Dimensions=[{"Name": k, "Value": v} for k, v in dimensions.items()],
                    StartTime=now - datetime.timedelta(minutes=10),
                    EndTime=now + datetime.timedelta(minutes=10),
                    Period=60,
                    Statistics=["Sum"],
                )["Datapoints"]
            )

        call = {"Type": "API", "Resource": "PutLogEvents", "Service": "Logs", "Class": "None"}
        eventually(lambda: total("AWS/Usage", "CallCount", **call) >= 1)
        eventually(lambda: total("AWS/Logs", "IncomingLogEvents", LogGroupName=group) == 3)
        with self.assertRaises(botocore.exceptions.ClientError):
            cloudwatch.put_metric_data(
                Namespace="AWS/Usage", MetricData=[{"MetricName": "CallCount", "Value": 1}]
            )
        logs.delete_log_group(logGroupName=group)

    def test_logs_are_queried_and_watched(self):
        logs = client("logs")
        group = "py-insights-" + SUFFIX
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        now = int(time.time() * 1000)
        messages = ['{"level":"INFO","ms":%d}' % i for i in range(9)] + ["ERROR disk 7 is full"]
        logs.put_log_events(
            logGroupName=group,
            logStreamName="s",
            logEvents=[{"timestamp": now - 900 + i, "message": m} for i, m in enumerate(messages)],
        )

        def ask(query):
            started = logs.start_query(
                logGroupName=group,
                startTime=now // 1000 - 60,
                endTime=now // 1000 + 60,
                queryString=query,
            )

            def answer():
                found = logs.get_query_results(queryId=started["queryId"])
                self.assertNotIn(found["status"], ("Failed", "Cancelled", "Timeout"))
                return found if found["status"] == "Complete" else None

            found = eventually(answer)
            rows = [{f["field"]: f["value"] for f in row} for row in found["results"]]
            return [{k: v for k, v in row.items() if k != "@ptr"} for row in rows]

        self.assertEqual([{"n": "10"}], eventually(lambda: ask("stats count(*) as n")))
        self.assertEqual(
            {"@sampleCount": "9", "@differenceDescription": "new"},
            ask("pattern @message | diff | display @sampleCount, @differenceDescription")[0],
        )
        self.assertEqual(
            [{"ms": "0", "all": "0"}, {"ms": "1", "all": "1"}, {"ms": "2", "all": "3"}],
            ask("fields ms | sort @timestamp asc | limit 3 | accum ms as all"),
        )
        with self.assertRaises(logs.exceptions.MalformedQueryException) as fault:
            ask("fields a | guess b")
        self.assertEqual(11, fault.exception.response["queryCompileError"]["location"]["startCharOffset"])
        arn = "arn:aws:logs:us-east-1:000000000000:log-group:" + group
        detector = logs.create_log_anomaly_detector(
            logGroupArnList=[arn], detectorName="d", evaluationFrequency="ONE_MIN", tags={"a": "b"}
        )["anomalyDetectorArn"]
        eventually(
            lambda: logs.get_log_anomaly_detector(anomalyDetectorArn=detector)[
                "anomalyDetectorStatus"
            ]
            == "ANALYZING"
        )
        self.assertEqual({"a": "b"}, logs.list_tags_for_resource(resourceArn=detector)["tags"])
        self.assertEqual([], logs.list_anomalies(anomalyDetectorArn=detector)["anomalies"])
        logs.delete_log_anomaly_detector(anomalyDetectorArn=detector)
        self.look_up(logs, ask)
        listed = logs.list_log_groups(logGroupNamePattern="^py-insights-")["logGroups"]
        self.assertIn(group, [each["logGroupName"] for each in listed])
        logs.delete_log_group(logGroupName=group)

    def look_up(self, logs, ask):
        """Queries find reference data in tables, by value and by network."""
        name = "levels_" + SUFFIX.replace("-", "_")
        body = "level,meaning,net\nINFO,all is well,10.0.0.0/8\n"
        arn = logs.create_lookup_table(lookupTableName=name, tableBody=body)["lookupTableArn"]
        enriched = "lookup %s level OUTPUT meaning | stats count(*) as n by meaning" % name
        self.assertIn({"meaning": "all is well", "n": "9"}, ask(enriched))
        by_network = 'fields "10.1.2.3" as ip | cidrlookup %s ip as net OUTPUT level as found' % name
        self.assertEqual([{"ip": "10.1.2.3", "found": "INFO"}], ask(by_network + " | limit 1"))
        logs.update_lookup_table(lookupTableArn=arn, tableBody="level,meaning\nINFO,changed\n")
        self.assertIn({"meaning": "changed", "n": "9"}, ask(enriched))
        self.assertEqual(
            "level,meaning\nINFO,changed\n", logs.get_lookup_table(lookupTableArn=arn)["tableBody"]
        )
        known = logs.describe_lookup_tables(lookupTableNamePrefix=name)["lookupTables"]
        self.assertEqual([["level", "meaning"]], [table["tableFields"] for table in known])
        logs.delete_lookup_table(lookupTableArn=arn)
        with self.assertRaises(logs.exceptions.MalformedQueryException):
            ask(enriched)

    def test_queries_know_what_sent_an_event(self):
        logs = client("logs")
        group = "py-entities-" + SUFFIX
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        now = int(time.time() * 1000)

        def put(message, name):
            named = {"Type": "Service", "Name": name, "Environment": "prod"} if name else {}
            return logs.put_log_events(
                logGroupName=group,
                logStreamName="s",
                logEvents=[{"timestamp": now, "message": message}],
                **({"entity": {"keyAttributes": named, "attributes": {"K8s.Pod": name + "-1"}}} if name else {}),
            )

        for message, name in (("one", "shop"), ("two", "shop"), ("three", ""), ("four", "cart")):
            self.assertNotIn("rejectedEntityInfo", put(message, name))
        rejected = logs.put_log_events(
            logGroupName=group,
            logStreamName="s",
            logEvents=[{"timestamp": now, "message": "five"}],
            entity={"keyAttributes": {"Type": "Servant", "Name": "shop"}},
        )
        self.assertEqual({"errorType": "InvalidTypeValue"}, rejected["rejectedEntityInfo"])
        counted = "stats count(*) as n by @entity.KeyAttributes.Name as who | sort who asc"

        def ask(query):
            started = logs.start_query(
                logGroupName=group, startTime=now // 1000 - 60, endTime=now // 1000 + 60, queryString=query
            )
            found = eventually(
                lambda: next(
                    (
                        found
                        for found in [logs.get_query_results(queryId=started["queryId"])]
                        if found["status"] == "Complete"
                    ),
                    None,
                )
            )
            return [{f["field"]: f["value"] for f in row} for row in found["results"]]

        wanted = [{"n": "2"}, {"who": "cart", "n": "1"}, {"who": "shop", "n": "2"}]
        eventually(lambda: ask(counted) == wanted)
        row = ask('filter @entity.Attributes.K8s.Pod = "cart-1" | fields @message')[0]
        self.assertEqual("four", row["@message"])
        record = logs.get_log_record(logRecordPointer=row["@ptr"])["logRecord"]
        self.assertEqual("cart", record["@entity.KeyAttributes.Name"])
        logs.delete_log_group(logGroupName=group)

    def test_events_are_masked_and_transformed(self):
        logs = client("logs")
        group = "/py-shield/" + SUFFIX
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        config = [{"csv": {"columns": ["user", "ms"]}}]
        logs.put_transformer(logGroupIdentifier=group, transformerConfig=config)
        self.assertEqual(logs.get_transformer(logGroupIdentifier=group)["transformerConfig"], config)
        tried = logs.test_transformer(transformerConfig=config, logEventMessages=["a,1"])
        self.assertEqual(
            json.loads(tried["transformedLogs"][0]["transformedEventMessage"]), {"user": "a", "ms": "1"}
        )
        identifiers = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
        logs.put_data_protection_policy(
            logGroupIdentifier=group,
            policyDocument=json.dumps(
                {
                    "Name": "p",
                    "Version": "2021-06-01",
                    "Statement": [
                        {"Sid": "a", "DataIdentifier": identifiers,
                         "Operation": {"Audit": {"FindingsDestination": {}}}},
                        {"Sid": "m", "DataIdentifier": identifiers,
                         "Operation": {"Deidentify": {"MaskConfig": {}}}},
                    ],
                }
            ),
        )
        described = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
        self.assertEqual(described["dataProtectionStatus"], "ACTIVATED")
        now = int(datetime.datetime.now(datetime.timezone.utc).timestamp())
        logs.put_log_events(
            logGroupName=group,
            logStreamName="s",
            logEvents=[{"timestamp": now * 1000, "message": "jane@example.com,42"}],
        )
        found = eventually(lambda: logs.filter_log_events(logGroupName=group)["events"])
        self.assertEqual(found[0]["message"], "****************,42")
        shown = logs.get_log_events(logGroupName=group, logStreamName="s", unmask=True)["events"]
        self.assertEqual(shown[0]["message"], "jane@example.com,42")
        query = logs.start_query(
            logGroupName=group, startTime=now - 60, endTime=now + 60,
            queryString="filter ms = 42 | fields user",
        )["queryId"]
        eventually(lambda: logs.get_query_results(queryId=query)["status"] == "Complete")
        row = {f["field"]: f["value"] for f in logs.get_query_results(queryId=query)["results"][0]}
        self.assertEqual(row["user"], "****************")
        logs.delete_log_group(logGroupName=group)

    def test_who_am_i(self):
        self.assertEqual(client("sts").get_caller_identity()["Account"], "000000000000")

    def test_live_tail_shows_lines_as_they_come(self):
        # The endpoint has no name for "stream-" to stand before.
        plain = botocore.config.Config(inject_host_prefix=False, retries={"total_max_attempts": 1})
        logs = boto3.client("logs", endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=plain)
        group = "py-tail-" + SUFFIX
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        arn = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["logGroupArn"]
        with self.assertRaises(logs.exceptions.InvalidParameterException):
            logs.start_live_tail(logGroupIdentifiers=[arn], logEventFilterPattern='{ $.a = ')
        events = logs.start_live_tail(logGroupIdentifiers=[arn], logEventFilterPattern="ERROR")["responseStream"]
        shown = []
        for event in events:
            if "sessionStart" in event:
                self.assertEqual(event["sessionStart"]["logGroupIdentifiers"], [arn])
                now = int(time.time() * 1000)
                logs.put_log_events(
                    logGroupName=group,
                    logStreamName="s",
                    logEvents=[{"timestamp": now, "message": m} for m in ("fine", "ERROR seen")],
                )
                continue
            shown += [line["message"] for line in event["sessionUpdate"]["sessionResults"]]
            if shown:
                break
        events.close()
        self.assertEqual(shown, ["ERROR seen"])


if __name__ == "__main__":
    unittest.main()
