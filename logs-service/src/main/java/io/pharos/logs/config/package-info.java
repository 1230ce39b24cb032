/// Beans and settings of logs-service.
@NullMarked
package io.pharos.logs.config;

import org.jspecify.annotations.NullMarked;
