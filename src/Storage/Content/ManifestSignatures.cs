using OrleansRegistry.Content;
using OrleansRegistry.Lists;

namespace OrleansRegistry.Storage;

/// <summary>
/// All signatures of one manifest, the newest first, with where they were. It is asked for by <c>manifest</c>, the manifest's id.
/// </summary>
internal sealed class ManifestSignatures(IDatabase database, ListGate gate, SignatureHistoryRows rows) : IListing<SignatureHistory>
{
    private const string OfManifest =
        "from signature s where s.manifest_digest = (select m.digest from manifest m where m.content_id = @manifest)";

    public IReadOnlyList<Filter> Filters => [];

    public IReadOnlyCollection<string> Orders => [];

    public async Task<IReadOnlyList<SignatureHistory>> ListAsync(ListQuery query, CancellationToken cancellationToken)
    {
        var ids = await gate.QueryAsync(
            database,
            new(
                $"select s.content_id {OfManifest} order by s.content_id desc limit @limit offset @offset",
                ("manifest", query.Condition.ValueOf("manifest")), ("limit", query.Limit), ("offset", query.Offset)),
            row => row.Guid(0),
            cancellationToken);
        var told = await rows.TellAsync(ids, null, cancellationToken);
        var spans = await rows.SpansAsync(ids, cancellationToken);
        return
        [
            .. from one in told
               let found = spans.GetValueOrDefault(one.Id, ([], 0))
               select new SignatureHistory(one, found.Spans, found.Count),
        ];
    }

    public async Task<long> CountAsync(Condition condition, CancellationToken cancellationToken) =>
        (await gate.QueryAsync(
            database, new($"select count(*) {OfManifest}", ("manifest", condition.ValueOf("manifest"))), row => row.Int64(0),
            cancellationToken))[0];
}
