package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Requests that name neither a version nor a signature's scope.
class RouterTest {
    @Test
    void followsTheLinksThatTopicsMail() {
        var link = route("Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:1:t&Token=a");
        assertThat(link.service()).contains(AwsService.SNS);
        assertThat(link.operation()).isPresent();
        assertThat(route("Action=Unsubscribe&SubscriptionArn=a").service())
                .contains(AwsService.SNS);
    }

    @Test
    void doesNotGuessBetweenServices() {
        assertThat(route("Action=TagResource").service()).isEmpty();
        assertThat(route("Action=Unsubscribe&Version=1999-01-01").service()).isEmpty();
        assertThat(route("Action=Nothing").service()).isEmpty();
    }

    private static Route route(String query) {
        return Router.route(
                new WireRequest("GET", "/", query, Headers.none(), new byte[0], "127.0.0.1"));
    }
}
