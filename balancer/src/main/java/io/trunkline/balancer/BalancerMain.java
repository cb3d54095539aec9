package io.trunkline.balancer;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.trunkline.balancer.admin.Admin;
import io.trunkline.balancer.admin.AdminSettings;
import io.trunkline.balancer.config.FileSettings;
import io.trunkline.balancer.edge.FileLimit;
import io.trunkline.protocol.member.Lives;
import io.trunkline.protocol.member.Member;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.member.StartException;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.metrics.Metrics;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Starts a balancer: check the settings, start, print every bound address, live until a signal; when the cluster gives
 * this balancer up, join it again while its clients stay.
 */
public final class BalancerMain {
    /** The exit status for wrong settings (sysexits.h, EX_USAGE). */
    private static final int USAGE = 64;

    /** The exit status when something that is needed cannot be had (sysexits.h, EX_UNAVAILABLE). */
    private static final int UNAVAILABLE = 69;

    private static final int BIND_SECONDS = 30;

    private BalancerMain() {}

    /**
     * Takes no arguments to start, because everything is configuration; {@code --check FILE} only says whether a file
     * is good.
     */
    public static void main(String[] args) {
        Config config = ConfigFactory.empty();
        try {
            Path checked = SystemConfig.fileToCheck(args);
            config = SystemConfig.load();
            MemberSettings memberSettings = MemberSettings.from(config, Balancer.ROLE);
            BalancerSettings settings = BalancerSettings.from(config);
            AdminSettings adminSettings = AdminSettings.from(config, memberSettings);
            if (checked != null) {
                FileSettings file = FileSettings.read(checked);
                FileLimit.connections(settings.edge().connectionLimit());
                file.requireFiles(FileLimit.connections(0));
                System.out.println(checked + ": good for a balancer: " + file.summary());
                return;
            }
            Metrics metrics = new Metrics();
            Balancer balancer = new Balancer(memberSettings, settings, metrics);
            Lives lives = new Lives(
                    memberSettings,
                    config,
                    metrics,
                    member -> live(balancer, member, memberSettings.name(), adminSettings),
                    balancer::drain);
            lives.begin();
        } catch (SettingsException e) {
            fail(SystemConfig.located(e, config), USAGE);
        } catch (StartException e) {
            fail(e.getMessage(), UNAVAILABLE);
        } catch (CompletionException e) {
            fail((e.getCause() == null ? e : e.getCause()).getMessage(), UNAVAILABLE);
        }
    }

    /** Starts what belongs to one life of this balancer. */
    private static void live(Balancer balancer, Member<Void> member, String name, AdminSettings settings) {
        balancer.live(member.system());
        Admin.Endpoints admin = Admin.start(
                        member.system(),
                        settings,
                        name,
                        balancer.sessionEvents(),
                        balancer.census(),
                        balancer::readiness,
                        balancer::slotCounts)
                .toCompletableFuture()
                .orTimeout(BIND_SECONDS, TimeUnit.SECONDS)
                .join();
        System.out.println("balancer " + name + " " + listeners(balancer) + " peer "
                + balancer.address(BalancerPort.PEER) + " stats "
                + admin.stats()
                + " health " + admin.health() + " artery "
                + member.endpoints().artery() + " management "
                + member.endpoints().management() + " prometheus "
                + member.endpoints().prometheus());
    }

    private static String listeners(Balancer balancer) {
        return balancer.endpoints().entrySet().stream()
                .map(endpoint -> endpoint.getKey() + " " + endpoint.getValue())
                .collect(Collectors.joining(" "));
    }

    private static void fail(@Nullable String why, int status) {
        System.err.println("balancer: " + why);
        System.exit(status);
    }
}
