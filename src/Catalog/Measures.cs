using System.Diagnostics.Metrics;
using OrleansRegistry.Tasks;

namespace OrleansRegistry;

/// <summary>
/// What this node did, counted for whoever collects metrics. Names, units and meanings also stand in docs/operations.md.
/// </summary>
public static class Measures
{
    /// <summary>The meter that all of them belong to.</summary>
    public const string MeterName = "OrleansRegistry";

    private static readonly Meter Meter = new(MeterName);

    static Measures() => Meter.CreateObservableGauge(
        "registry.tasks.unfinished",
        () => UnfinishedTasks.Select(state => new Measurement<long>(state.Value, new KeyValuePair<string, object?>("state", state.Key.Name))),
        "{task}",
        "Tasks of the whole cluster that have not ended");

    /// <summary>Manifests that clients got.</summary>
    public static Counter<long> Pulls { get; } =
        Meter.CreateCounter<long>("registry.pulls", "{manifest}", "Manifests that clients got");

    /// <summary>Pulls that are not in the journal, because there was no room for more of them.</summary>
    public static Counter<long> PullsUnrecorded { get; } = Meter.CreateCounter<long>(
        "registry.pulls.unrecorded", "{manifest}", "Pulls left out of the journal, because there was no room for more");

    /// <summary>Pulls that a trust policy did not allow.</summary>
    public static Counter<long> PullsRefused { get; } = Meter.CreateCounter<long>(
        "registry.pulls.refused", "{request}", "Pulls of manifests and blobs that a trust policy did not allow");

    /// <summary>Pulls that a trust policy warned of.</summary>
    public static Counter<long> PullsWarned { get; } = Meter.CreateCounter<long>(
        "registry.pulls.warned", "{manifest}", "Pulls that a trust policy warned of, and that were served");

    /// <summary>Manifests that clients put.</summary>
    public static Counter<long> Pushes { get; } =
        Meter.CreateCounter<long>("registry.pushes", "{manifest}", "Manifests that clients put");

    /// <summary>Bytes of blobs sent to clients.</summary>
    public static Counter<long> BytesSent { get; } =
        Meter.CreateCounter<long>("registry.blobs.sent", "By", "Bytes of blobs sent to clients");

    /// <summary>Bytes of blobs received from clients.</summary>
    public static Counter<long> BytesReceived { get; } =
        Meter.CreateCounter<long>("registry.blobs.received", "By", "Bytes of blobs received from clients");

    /// <summary>Changes of repositories that share one transaction.</summary>
    public static Histogram<int> CommitBatch { get; } = Meter.CreateHistogram(
        "registry.commit.batch", "{change}", "Changes of a repository that shared one transaction",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] });

    /// <summary>How long such a transaction took, planning included.</summary>
    public static Histogram<double> CommitTime { get; } = Meter.CreateHistogram(
        "registry.commit.duration", "s", "Time to plan and commit one batch of changes",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.001, .0025, .005, .01, .025, .05, .1, .25, 1, 5] });

    /// <summary>Versions of repositories that were made.</summary>
    public static Counter<long> Versions { get; } =
        Meter.CreateCounter<long>("registry.versions", "{version}", "Versions of repositories made");

    /// <summary>Changes that wait in the lines of repositories right now.</summary>
    public static UpDownCounter<long> ChangesWaiting { get; } =
        Meter.CreateUpDownCounter<long>("registry.changes.waiting", "{change}", "Changes that wait for their repository");

    /// <summary>Tasks of the whole cluster that have not ended, by state, as somebody looked last.</summary>
    public static IReadOnlyDictionary<TaskState, long> UnfinishedTasks { get; set; } = new Dictionary<TaskState, long>();

    /// <summary>Tasks that this node works on right now, by kind.</summary>
    public static UpDownCounter<long> TasksRunning { get; } =
        Meter.CreateUpDownCounter<long>("registry.tasks.running", "{task}", "Tasks that this node works on");

    /// <summary>Tasks that ended here, by kind and state.</summary>
    public static Counter<long> TasksEnded { get; } =
        Meter.CreateCounter<long>("registry.tasks.ended", "{task}", "Tasks that ended on this node");

    /// <summary>Signatures that this node made.</summary>
    public static Counter<long> SignaturesMade { get; } =
        Meter.CreateCounter<long>("registry.signatures.made", "{signature}", "Signatures made by signing services");

    /// <summary>Signatures that clients put.</summary>
    public static Counter<long> SignaturesPut { get; } =
        Meter.CreateCounter<long>("registry.signatures.put", "{signature}", "Signatures that clients put");

    /// <summary>Looks into the node's cache, by outcome.</summary>
    public static Counter<long> CacheLooks { get; } =
        Meter.CreateCounter<long>("registry.cache.looks", "{look}", "Looks into the node's cache of immutable facts");

    /// <summary>What collection deleted, by kind.</summary>
    public static Counter<long> Collected { get; } =
        Meter.CreateCounter<long>("registry.collected", "{unit}", "Units that garbage collection deleted");

    /// <summary>Events that no listener on some node will hear of; whoever must know reads the catalogue.</summary>
    public static Counter<long> EventsLost { get; } =
        Meter.CreateCounter<long>("registry.events.lost", "{event}", "Events that a node was not told of");

    /// <summary>Access lines that were not written, because the output did not take them fast enough.</summary>
    public static Counter<long> AccessLinesLost { get; } = Meter.CreateCounter<long>(
        "registry.access_lines.lost", "{line}", "Access lines not written, because the output did not take them");
}
