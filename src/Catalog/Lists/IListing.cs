namespace OrleansRegistry.Lists;

/// <summary>A field to order by.</summary>
public sealed record Order(string Field, bool Descending);

/// <summary>One page of a list. Without an order, and among equals, the newest come first.</summary>
public sealed record ListQuery(Condition Condition, IReadOnlyList<Order> Orders, int Limit, int Offset);

/// <summary>Things that can be listed. Its filters are declared once, where they are evaluated.</summary>
public interface IListing<T>
{
    IReadOnlyList<Filter> Filters { get; }

    /// <summary>The fields that may be ordered by.</summary>
    IReadOnlyCollection<string> Orders { get; }

    /// <summary>Whether entries may show signatures: clients get those for which <see cref="NotWithheld"/> holds.</summary>
    bool ShowsSignatures => false;

    Task<IReadOnlyList<T>> ListAsync(ListQuery query, CancellationToken cancellationToken = default);

    /// <summary>How many entries there are in all.</summary>
    Task<long> CountAsync(Condition condition, CancellationToken cancellationToken = default);
}

public static class Listings
{
    extension<T>(IListing<T> listing)
        where T : class
    {
        /// <summary>The one entry that meets the condition, or null.</summary>
        public async Task<T?> FindAsync(Condition condition, CancellationToken cancellationToken = default)
        {
            var found = await listing.ListAsync(new(condition, [], 1, 0), cancellationToken);
            return found.Count == 0 ? null : found[0];
        }

        /// <summary>The entry with that id, or null.</summary>
        public Task<T?> FindAsync(Guid id, CancellationToken cancellationToken = default) =>
            listing.FindAsync(Match.Of("pulp_id__in", id), cancellationToken);
    }
}
