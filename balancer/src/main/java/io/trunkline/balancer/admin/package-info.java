/**
 * What people and monitors see of the cluster: statistics and health over HTTP.
 *
 * <p>Fed by the reports of all members and by the cluster membership, hands on to browsers, terminals and load
 * balancers in front. Start reading at {@link io.trunkline.balancer.admin.Admin}.
 */
@NullMarked
package io.trunkline.balancer.admin;

import org.jspecify.annotations.NullMarked;
