using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Hosting;

/// <summary>The cluster side of a node: alone on this machine, or one of several that share a PostgreSQL.</summary>
internal static class SiloSetup
{
    private const string PostgresInvariant = "Npgsql";
    private const string SqliteInvariant = "System.Data.SQLite";

    /// <summary>The name of the grain storage that keeps the cursors of long work.</summary>
    public const string CursorStorage = "cursors";

    public static void AddSilo(this IHostApplicationBuilder builder, Settings settings, DataDirectory data) =>
        builder.UseOrleans(silo =>
        {
            var cluster = settings.Cluster;
            silo.AddIncomingGrainCallFilter<PortableFailures>();
            silo.Configure<Orleans.Configuration.ClusterOptions>(options =>
            {
                options.ClusterId = cluster.ClusterId;
                options.ServiceId = cluster.ServiceId;
            });
            var siloPort = cluster.SiloPort > 0 ? cluster.SiloPort : FreePort();
            var gatewayPort = cluster.GatewayPort > 0 ? cluster.GatewayPort : FreePort();
            if (settings.Storage.Postgres is { } connection)
                JoinCluster(silo, cluster, connection, siloPort, gatewayPort);
            else
                StandAlone(silo, cluster, data, siloPort, gatewayPort);
        });

    private static void StandAlone(
        ISiloBuilder silo, ClusterOptions cluster, DataDirectory data, int siloPort, int gatewayPort)
    {
        var source = new SqliteDataSource(data.DatabaseFile);
        silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: cluster.ServiceId, clusterId: cluster.ClusterId);
        silo.UseAdoNetReminderService(options => (options.Invariant, options.DataSource) = (SqliteInvariant, source));
        silo.AddAdoNetGrainStorage(
            CursorStorage, options => (options.Invariant, options.DataSource) = (SqliteInvariant, source));
    }

    private static void JoinCluster(
        ISiloBuilder silo, ClusterOptions cluster, string connection, int siloPort, int gatewayPort)
    {
        silo.ConfigureEndpoints(IPAddress.Parse(cluster.Address), siloPort, gatewayPort);
        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (PostgresInvariant, connection));
        silo.UseAdoNetReminderService(
            options => (options.Invariant, options.ConnectionString) = (PostgresInvariant, connection));
        silo.AddAdoNetGrainStorage(
            CursorStorage, options => (options.Invariant, options.ConnectionString) = (PostgresInvariant, connection));

        // A node lost in any way, killed or frozen, is noticed in less than ten seconds.
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(2);
            options.MinProbeTimeout = TimeSpan.FromSeconds(1);
            options.MaxProbeTimeout = TimeSpan.FromSeconds(3);
            options.NumMissedProbesLimit = 3;

            // A node that starts where all were killed need not wait long for signs of life from the dead.
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(4);
            options.NumMissedTableIAmAliveLimit = 3;
        });
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
