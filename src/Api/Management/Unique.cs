using OrleansRegistry.Lists;

namespace OrleansRegistry.Management;

/// <summary>Refuses a name that another resource has, before a task finds out.</summary>
internal static class Unique
{
    public static async Task RequireAsync<T>(
        IListing<T> listing, Guid? own, string? before, string wanted, CancellationToken cancellationToken,
        string field = "name")
        where T : class
    {
        if (wanted == before)
            return;
        var others = await listing.CountAsync(
            own is { } id
                ? Conjunction.Of(Match.Of(field, wanted), new Negation(Match.Of("pulp_id__in", id)))
                : Match.Of(field, wanted),
            cancellationToken);
        if (others > 0)
            throw RefusedException.Field(field, "This field must be unique.");
    }
}
