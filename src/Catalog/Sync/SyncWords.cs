using System.Text.Json;

namespace OrleansRegistry.Sync;

/// <summary>The names of outcomes and reasons as they are stored and shown: <c>not_signed</c>.</summary>
public static class SyncWords
{
    public static string Of(SyncOutcome outcome) => Lower(outcome);

    public static string Of(SyncReason reason) => Lower(reason);

    /// <summary>The outcome of that name; the name is one that was stored.</summary>
    public static SyncOutcome OutcomeOf(string name) =>
        Enum.GetValues<SyncOutcome>().Single(outcome => Of(outcome) == name);

    private static string Lower<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
