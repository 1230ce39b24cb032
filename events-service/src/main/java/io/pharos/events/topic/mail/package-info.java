/// Delivery by SMTP.
@NullMarked
package io.pharos.events.topic.mail;

import org.jspecify.annotations.NullMarked;
