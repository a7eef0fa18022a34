using OrleansRegistry.Resources;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Management;

/// <summary>The wish that the tags of a repository meet a policy.</summary>
internal sealed class AcceptanceWish(SigningHost host)
{
    /// <summary>The wish after a request: what it does not mention stays as it was.</summary>
    /// <exception cref="RefusedException">A time is given, and nothing to meet.</exception>
    public Acceptance? Apply(BodyValues values, Acceptance? before)
    {
        var policy = values.Has("accept") ? values.Get<ResourceReference?>("accept", null)?.Id : before?.Policy;
        var minutes = values.Has("accept_minutes") ? values.Get<int?>("accept_minutes", null) : before?.Minutes;
        if (policy is { } met)
            return new(met, minutes, before?.Host ?? host.Get());
        return values.Has("accept_minutes") && minutes is not null
            ? throw RefusedException.Field("accept_minutes", "Say with 'accept' which policy is to be met within that time.")
            : null;
    }
}
