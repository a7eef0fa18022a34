using System.Runtime.CompilerServices;

namespace OrleansRegistry.Exchange;

/// <summary>Lists in byte order of their keys, read page by page and put together without ever being in memory as a whole.</summary>
internal static class SortedPages
{
    /// <summary>All entries of a list of which pages are read.</summary>
    /// <param name="page">The entries after a key; null for the first.</param>
    /// <param name="key">The key of an entry.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        Func<string?, Task<IReadOnlyList<T>>> page,
        Func<T, string> key,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (string? last = null; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entries = await page(last);
            foreach (var entry in entries)
                yield return entry;
            if (entries.Count == 0)
                yield break;
            last = key(entries[^1]);
        }
    }

    /// <summary>What any of the lists has, each key once.</summary>
    public static async IAsyncEnumerable<T> MergeAsync<T>(
        IEnumerable<IAsyncEnumerable<T>> lists,
        Func<T, string> key,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var open = new PriorityQueue<IAsyncEnumerator<T>, string>(StringComparer.Ordinal);
        try
        {
            foreach (var list in lists)
                await AdvanceAsync(list.GetAsyncEnumerator(cancellationToken));
            string? last = null;
            while (open.TryDequeue(out var list, out var next))
            {
                if (next != last)
                    yield return list.Current;
                last = next;
                await AdvanceAsync(list);
            }
        }
        finally
        {
            foreach (var (list, _) in open.UnorderedItems)
                await list.DisposeAsync();
        }

        async ValueTask AdvanceAsync(IAsyncEnumerator<T> list)
        {
            if (await list.MoveNextAsync())
                open.Enqueue(list, key(list.Current));
            else
                await list.DisposeAsync();
        }
    }

    /// <summary>What a list has, and the other one has not.</summary>
    /// <param name="list">The list.</param>
    /// <param name="others">The keys of the other one.</param>
    /// <param name="key">The key of an entry.</param>
    /// <param name="common">Told of what both have.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<T> ExceptAsync<T>(
        IAsyncEnumerable<T> list,
        IAsyncEnumerable<string> others,
        Func<T, string> key,
        Action<T>? common = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var other = others.GetAsyncEnumerator(cancellationToken);
        var more = await other.MoveNextAsync();
        await foreach (var entry in list.WithCancellation(cancellationToken))
        {
            var order = -1;
            while (more && (order = string.CompareOrdinal(other.Current, key(entry))) < 0)
                more = await other.MoveNextAsync();
            if (!more || order != 0)
                yield return entry;
            else
                common?.Invoke(entry);
        }
    }
}
