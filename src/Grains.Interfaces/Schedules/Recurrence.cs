using System.Diagnostics.CodeAnalysis;
using System.Xml;
using Cronos;

namespace OrleansRegistry.Schedules;

/// <summary>
/// When something is done again and again: after an interval (<c>P1D</c>, <c>PT6H</c>; ISO 8601), or by a line of cron with
/// five fields, in UTC (<c>30 2 * * *</c>).
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("recurrence")]
public sealed record Recurrence
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    private Recurrence(TimeSpan? every, string? cron) => (Every, Cron) = (every, cron);

    /// <summary>How long after the start of a run the next one starts; null for a line of cron.</summary>
    [Id(0)]
    public TimeSpan? Every { get; private init; }

    /// <summary>The line of cron, or null.</summary>
    [Id(1)]
    public string? Cron { get; private init; }

    /// <summary>After every interval.</summary>
    public static Recurrence Interval(TimeSpan every) => new(every, null);

    /// <summary>What is known to be one or the other, such as what was stored.</summary>
    public static Recurrence Of(TimeSpan? every, string? cron) => new(every, cron);

    /// <summary>Reads what people write. False, with one sentence that says why, for anything else.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out Recurrence? recurrence, [NotNullWhen(false)] out string? refusal)
    {
        recurrence = text.StartsWith('P') ? ParseInterval(text) : ParseCron(text);
        refusal = recurrence is not null
            ? null
            : "Enter an interval from one minute to a year, such as PT6H or P1D, or a line of cron with five fields, such as "
                + "'30 2 * * *'.";
        return recurrence is not null;
    }

    /// <summary>When a run is due. One that was missed is due at once, once.</summary>
    /// <param name="last">When the last run started; null where there was none.</param>
    /// <param name="since">Since when it is so. An interval begins with a run at once, a line of cron waits for its time.</param>
    public DateTimeOffset NextAfter(DateTimeOffset? last, DateTimeOffset since)
    {
        if (Cron is null)
            return last + Every ?? DateTimeOffset.MinValue;
        var after = last > since ? last.Value : since;
        return CronExpression.Parse(Cron).GetNextOccurrence(after.UtcDateTime) is { } next
            ? new DateTimeOffset(next, TimeSpan.Zero)
            : DateTimeOffset.MaxValue;
    }

    private static Recurrence? ParseInterval(string text)
    {
        try
        {
            return XmlConvert.ToTimeSpan(text) is var every && every >= Shortest && every <= Longest
                ? Interval(every)
                : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static Recurrence? ParseCron(string text)
    {
        try
        {
            CronExpression.Parse(text);
            return new(null, text);
        }
        catch (CronFormatException)
        {
            return null;
        }
    }
}
