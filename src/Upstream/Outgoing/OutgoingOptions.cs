using System.ComponentModel.DataAnnotations;

namespace OrleansRegistry.Sync;

/// <summary>Where requests to other registries may go. Section <c>Outgoing</c>.</summary>
/// <remarks>
/// Both are lists of host names, <c>*.example.org</c> (all below it), addresses and networks such as
/// <c>10.0.0.0/8</c>. Of two entries that fit, that of <see cref="Deny"/> counts, but for its <c>*</c>, the weakest.
/// </remarks>
public sealed class OutgoingOptions : IValidatableObject
{
    /// <summary>
    /// What may be reached though it is closed otherwise: this machine, what answers at link-local addresses and the
    /// metadata of clouds are open only by address, network or <c>localhost</c>, never by another name.
    /// </summary>
    public string[] Allow { get; set; } = [];

    /// <summary>What must not be reached. <c>*</c> denies all but what <see cref="Allow"/> names.</summary>
    public string[] Deny { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Refusal(nameof(Allow), Allow, mayBeAll: false) is { } allow)
            yield return new(allow, [nameof(Allow)]);
        if (Refusal(nameof(Deny), Deny, mayBeAll: true) is { } deny)
            yield return new(deny, [nameof(Deny)]);
    }

    private static string? Refusal(string name, string[] list, bool mayBeAll)
    {
        foreach (var text in list)
        {
            if (!OutgoingEntry.TryParse(text, out var entry))
                return $"Outgoing:{name} names '{text}'; it takes host names without port, *.example.org, addresses and "
                    + "networks such as 10.0.0.0/8.";
            if (entry.IsAll && !mayBeAll)
                return $"Outgoing:{name} names '*', which has a meaning only in Outgoing:Deny: all but what Outgoing:Allow names.";
        }

        return null;
    }
}
