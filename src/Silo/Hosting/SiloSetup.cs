using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using OrleansRegistry.Events;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Hosting;

/// <summary>The cluster side of a node: alone on this machine, or one of several that share a PostgreSQL.</summary>
internal static class SiloSetup
{
    private const string PostgresInvariant = "Npgsql";
    private const string SqliteInvariant = "System.Data.SQLite";

    // Far enough for another node's HTTP not to be in the way.
    private const int AboveListening = 10_000;

    // Every node answers HTTP and holds grains: nothing outside of them calls grains.
    private const int NoGateway = 0;

    /// <summary>The name of the grain storage that keeps the cursors of long work.</summary>
    public const string CursorStorage = "cursors";

    public static void AddSilo(
        this IHostApplicationBuilder builder, Settings settings, DataDirectory data, NodeTrust? trust) =>
        builder.UseOrleans(silo =>
        {
            var cluster = settings.Cluster;
            silo.AddIncomingGrainCallFilter<PortableFailures>();
            silo.AddEvents();
            silo.Configure<Orleans.Configuration.ClusterOptions>(options =>
            {
                options.ClusterId = cluster.ClusterId;
                options.ServiceId = cluster.ServiceId;
            });
            var listening = new Uri(settings.Listen.Url).Port;
            if (settings.Storage.Postgres is { } connection)
                JoinCluster(silo, cluster, connection, PortOf(cluster.SiloPort, listening), trust);
            else
                StandAlone(silo, cluster, data);
        });

    private static void StandAlone(ISiloBuilder silo, ClusterOptions cluster, DataDirectory data)
    {
        var source = new SqliteDataSource(data.DatabaseFile);
        silo.UseLocalhostClustering(
            gatewayPort: NoGateway, serviceId: cluster.ServiceId, clusterId: cluster.ClusterId);
        NoNetwork.Use(silo.Services);
        silo.UseAdoNetReminderService(options => (options.Invariant, options.DataSource) = (SqliteInvariant, source));
        silo.AddAdoNetGrainStorage(
            CursorStorage, options => (options.Invariant, options.DataSource) = (SqliteInvariant, source));
    }

    private static void JoinCluster(
        ISiloBuilder silo, ClusterOptions cluster, string connection, int siloPort, NodeTrust? trust)
    {
        if (trust is not null)
            silo.UseNodeEncryption(trust);
        silo.ConfigureEndpoints(IPAddress.Parse(cluster.Address), siloPort, NoGateway);
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

    // A node that comes back at its old port takes the place of the one that was killed: the cluster need not wait to see
    // that the other is dead.
    private static int PortOf(int configured, int listening)
    {
        if (configured > 0)
            return configured;
        var above = listening + AboveListening;
        return listening > 0 && above <= IPEndPoint.MaxPort && TryListen(above) is { } usual
            ? usual
            : TryListen(0)!.Value;
    }

    private static int? TryListen(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
