package io.pharos.metrics.promql;

import java.util.List;

/// What Pharos and a Prometheus server must answer alike. Left out, because Prometheus 2.42 answers it
/// otherwise than Prometheus 3: `atan2` that keeps the metric's name, predict_linear with `@` in ranges.
final class Queries {
    private Queries() {}

    static final List<String> ALL =
            """
            requests_total
            requests_total{host="a"}
            requests_total{host!="a"}
            requests_total{host=~"a|b"}
            requests_total{host!~"a|b",code="200"}
            {__name__="requests_total",host="c"}
            {__name__=~"requests.*",host="c"}
            requests_total{host="nobody"}
            requests_total{code=~"2.."}
            temperature
            temperature offset 5m
            temperature offset -2m
            temperature offset 1h
            temperature @ 1768909810
            temperature @ end()
            temperature @ start() offset 1m
            sparse
            sparse offset 3m
            rate(requests_total[5m])
            rate(requests_total[1m])
            rate(requests_total[30s])
            rate(requests_total[20m])
            rate(requests_total[5m] offset 10m)
            rate(requests_total{host="a"}[5m] @ 1768909810)
            increase(requests_total[5m])
            increase(requests_total[17m])
            irate(requests_total[5m])
            delta(temperature[5m])
            delta(temperature[13m])
            idelta(temperature[5m])
            deriv(temperature[10m])
            predict_linear(temperature[10m], 3600)
            predict_linear(temperature[10m], 60 * 5)
            predict_linear(temperature[10m] offset 5m, 60)
            deriv(flat[10m])
            changes(temperature[10m])
            changes(flat[10m])
            resets(requests_total[30m])
            resets(temperature[10m])
            avg_over_time(temperature[10m])
            sum_over_time(temperature[10m])
            min_over_time(temperature[10m])
            max_over_time(temperature[10m])
            count_over_time(temperature[10m])
            count_over_time(sparse[30m])
            stddev_over_time(temperature[10m])
            stdvar_over_time(temperature[10m])
            quantile_over_time(0.9, temperature[10m])
            quantile_over_time(0, temperature[10m])
            quantile_over_time(1.5, temperature[10m])
            last_over_time(temperature[10m])
            last_over_time(sparse[30m])
            present_over_time(sparse[20m])
            absent_over_time(sparse[5m])
            absent_over_time(nothing{a="b"}[5m])
            absent_over_time(temperature[5m])
            holt_winters(temperature[10m], 0.5, 0.3)
            absent(nothing)
            absent(nothing{a="b",c!="d"})
            absent(temperature)
            absent(sum(nothing))
            sum(requests_total)
            sum by (host) (requests_total)
            sum without (host) (requests_total)
            sum by (host, code) (rate(requests_total[5m]))
            avg(temperature)
            avg by (host) (temperature)
            min(temperature)
            max by (room) (temperature)
            count(requests_total)
            count by (code) (requests_total)
            group by (code) (requests_total)
            stddev(temperature)
            stdvar by (room) (temperature)
            topk(2, temperature)
            topk by (room) (1, temperature)
            bottomk(2, temperature)
            topk(0, temperature)
            topk(100, temperature)
            quantile(0.5, temperature)
            quantile by (room) (0.25, temperature)
            quantile(-1, temperature)
            count_values("value", flat)
            count_values by (host) ("v", round(temperature))
            sum(nothing)
            temperature + 1
            1 + temperature
            temperature * 2 - 3
            temperature / 0
            temperature % 7
            temperature ^ 2
            2 ^ temperature
            -temperature
            +temperature
            -2 ^ 2
            2 ^ 3 ^ 2
            1 - 2 - 3
            7 % 4 * 3
            temperature > 20
            temperature > bool 20
            20 < temperature
            20 < bool temperature
            temperature == 21
            temperature != 21
            temperature <= 20
            1 > bool 2
            2 >= bool 2
            temperature + temperature
            temperature - ignoring (room) flat
            temperature * on (host) group_left flat
            temperature * on (host) group_left (kind) info
            info * on (host) group_right (kind) temperature
            temperature / on (host) group_left () flat
            flat > on (host) info
            flat > bool on (host) info
            flat == on (host) flat
            temperature > on (host) group_left flat
            requests_total / ignoring (code) group_left sum without (code) (requests_total)
            rate(requests_total{code="500"}[5m]) / ignoring (code) rate(requests_total{code="200"}[5m])
            temperature and on (host) flat
            temperature and flat
            temperature unless on (host) flat{host="a"}
            temperature or flat
            flat or on (host) temperature
            temperature and temperature > 20
            requests_total{host="a"} or requests_total{host="b"}
            0 + (temperature atan2 on (host) group_left flat)
            histogram_quantile(0.9, latency_bucket)
            histogram_quantile(0.9, rate(latency_bucket[5m]))
            histogram_quantile(0.5, sum by (le) (rate(latency_bucket[5m])))
            histogram_quantile(0.99, sum by (le, host) (increase(latency_bucket[10m])))
            histogram_quantile(0, latency_bucket)
            histogram_quantile(1, latency_bucket)
            histogram_quantile(2, latency_bucket)
            histogram_quantile(-1, latency_bucket)
            histogram_quantile(0.9, latency_bucket{le!="+Inf"})
            histogram_quantile(0.9, temperature)
            rate(latency_sum[5m]) / rate(latency_count[5m])
            abs(temperature - 21)
            ceil(temperature)
            floor(temperature)
            round(temperature)
            round(temperature, 0.3)
            round(temperature, 10)
            clamp(temperature, 19, 22)
            clamp(temperature, 22, 19)
            clamp_min(temperature, 20)
            clamp_max(temperature, 20)
            exp(temperature / 10)
            sqrt(temperature)
            ln(temperature)
            log2(temperature)
            log10(temperature)
            log2(flat * 0 + 8)
            sgn(temperature - 21)
            sin(temperature)
            cos(temperature)
            tan(temperature)
            asin(temperature / 100)
            acos(temperature / 100)
            atan(temperature)
            sinh(temperature / 10)
            cosh(temperature / 10)
            tanh(temperature / 10)
            asinh(temperature)
            acosh(temperature)
            atanh(temperature / 100)
            deg(temperature)
            rad(temperature)
            pi() * 2
            time()
            time() - 5
            timestamp(temperature)
            timestamp(temperature + 0)
            timestamp(temperature offset 2m)
            minute()
            hour(timestamp(temperature))
            day_of_week(vector(1768909810))
            day_of_month()
            day_of_year()
            days_in_month(vector(1709164800))
            month()
            year(vector(0))
            vector(3)
            scalar(flat{host="a"})
            scalar(temperature)
            temperature * scalar(flat{host="b"})
            label_replace(temperature, "zone", "$1-x", "host", "(.*)")
            label_replace(temperature, "zone", "${1}y$2", "room", "(n)(.*)")
            label_replace(temperature, "host", "", "host", "a")
            label_replace(temperature, "zone", "z", "host", "nobody")
            label_join(temperature, "both", "/", "host", "room")
            label_join(temperature, "none", "/")
            sort(temperature)
            sort_desc(temperature)
            sum(sort_desc(temperature))
            max_over_time(temperature[10m:1m])
            avg_over_time(rate(requests_total[5m])[10m:1m])
            max_over_time(sum by (host) (rate(requests_total[2m]))[20m:30s])
            rate(sum by (host) (requests_total)[10m:1m])
            min_over_time(temperature[10m:] offset 5m)
            sum_over_time((temperature > 20)[10m:30s])
            max_over_time(deriv(temperature[5m])[10m:1m] @ 1768909810)
            count_over_time(vector(time())[10m:1m])
            quantile_over_time(0.5, temperature[10m:1m])
            avg_over_time(max_over_time(temperature[3m])[10m:1m] offset 1m)
            sum(rate(requests_total{code="500"}[5m])) / sum(rate(requests_total[5m])) * 100
            1 - avg(temperature > bool 21)
            sum by (host) (temperature) > 2 * avg(temperature)
            topk(1, sum by (host) (rate(requests_total[10m])))
            """
                    .lines()
                    .toList();

    /// Failures of the series found.
    static final List<String> FAILING =
            """
            temperature * on (host) flat
            flat * on (host) temperature
            flat * on (host) group_left temperature
            label_replace(temperature, "room", "x", "room", ".*") + on (room) flat
            label_replace(temperature, "host", "x", "host", ".*")
            sum by (host) (temperature) == on () flat
            """
                    .lines()
                    .toList();
}
