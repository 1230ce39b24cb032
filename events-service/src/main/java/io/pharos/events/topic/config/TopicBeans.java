package io.pharos.events.topic.config;

import io.pharos.events.topic.Bell;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

final class TopicBeans {
    @Produces
    @Singleton
    TopicSettings settings(Config config) {
        return TopicSettings.from(config);
    }

    @Produces
    @Singleton
    Bell bell() {
        return new Bell();
    }
}
