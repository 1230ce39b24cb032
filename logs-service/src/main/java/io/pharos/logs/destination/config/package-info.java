/// Where functions and delivery streams are.
@NullMarked
package io.pharos.logs.destination.config;

import org.jspecify.annotations.NullMarked;
