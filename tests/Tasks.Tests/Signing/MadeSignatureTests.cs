using System.Text;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Tasks.Tests.Signing;

/// <summary>One signature counts for each manifest, reference and key, whoever makes it.</summary>
public abstract class MadeSignatureTests(TaskCluster cluster)
{
    private readonly string _reference = $"registry.example.invalid/{Guid.NewGuid():N}:1";
    private readonly string _fingerprint = Convert.ToHexString(Guid.NewGuid().ToByteArray());

    private IMadeSignatures Made => cluster.MadeSignatures;

    [Fact]
    public async Task Of_two_who_make_the_same_one_counts_and_nothing_is_left_of_the_other()
    {
        var targets = await TargetsAsync();
        var counting = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            Made.AddAsync(_fingerprint, Signed(targets, $"by {i}"), Guid.NewGuid(), again: false)));
        Assert.All(counting, keys => Assert.Equal(counting[0], keys));
        Assert.Equal(2, await cluster.Engine.ReadAsync(
            row => row.Int64(0), "select count(*) from signature where reference = @reference", ("reference", _reference)));
        Assert.Equal(0, await cluster.Engine.ReadAsync(
            row => row.Int64(0),
            "select count(*) from content c where c.kind = 4 and not exists (select 1 from signature s where s.content_id = c.id)"));
        Assert.Equal(counting[0], await Made.FindAsync(_fingerprint, targets, null));
    }

    [Fact]
    public async Task Made_again_it_takes_the_place_of_what_other_tasks_made_and_of_nothing_else()
    {
        var targets = await TargetsAsync();
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        var before = await Made.AddAsync(_fingerprint, Signed(targets, "first"), first, again: true);
        var after = await Made.AddAsync(_fingerprint, Signed(targets, "second"), second, again: true);
        var redone = await Made.AddAsync(_fingerprint, Signed(targets, "redone"), second, again: true);
        Assert.NotEqual(before, after);
        Assert.Equal(after, redone);
        Assert.Empty(await Made.FindAsync(_fingerprint, targets, first));
        Assert.Equal(after, await Made.FindAsync(_fingerprint, targets, second));
    }

    [Fact]
    public async Task What_others_brought_is_found_by_what_it_claims_and_can_be_adopted()
    {
        var targets = await TargetsAsync();
        var brought = Signed(targets, "brought").First();
        await cluster.Signatures.AddAsync(brought.Value);
        Assert.Empty(await Made.FindAsync(_fingerprint, targets, null));
        Assert.Empty(await Made.FindClaimedAsync(targets, ["0000000000000000"]));
        var claimed = Assert.Single(await Made.FindClaimedAsync(targets, [brought.Value.KeyId]));
        Assert.Equal((brought.Key, brought.Value.Unit), (claimed.Target, ContentUnit.Signature(claimed.Key)));
        Assert.Equal(brought.Value.Bytes, claimed.Bytes);

        var key = ContentKey.Signature(claimed.Key);
        await Made.AdoptAsync(
            _fingerprint, new Dictionary<SigningTarget, ContentKey> { [claimed.Target] = key }, Guid.NewGuid());
        Assert.Equal(key, Assert.Single(await Made.FindAsync(_fingerprint, targets, null)).Value);
    }

    [Fact]
    public async Task Of_claims_without_end_the_newest_few_are_looked_at()
    {
        var targets = await TargetsAsync();
        var claims = Enumerable.Range(0, 9).Select(n => Signed(targets, $"{n}").First().Value).ToList();
        foreach (var claim in claims)
            await cluster.Signatures.AddAsync(claim);
        Assert.Equal(
            claims.TakeLast(4).Select(claim => claim.Unit.Key).Order(),
            (await Made.FindClaimedAsync(targets, [claims[0].KeyId])).Select(claim => $"{claim.Key}").Order());
    }

    private async Task<SigningTarget[]> TargetsAsync()
    {
        await new World(cluster).CreateFullAsync("a=A");
        return
        [
            .. from manifest in (string[])["A", "B"]
               let digest = World.DigestOf(manifest)
               select new SigningTarget(digest, digest, _reference),
        ];
    }

    private Dictionary<SigningTarget, Signature> Signed(IEnumerable<SigningTarget> targets, string by) =>
        targets.ToDictionary(target => target, target =>
        {
            var bytes = Encoding.UTF8.GetBytes($"{target} {by} {_fingerprint}");
            var digest = Digest.Sha256(bytes);
            return new Signature(
                target.Manifest, digest, $"{target.Manifest}@{digest.Hex[..32]}", _fingerprint[..16],
                _fingerprint, DateTimeOffset.UnixEpoch, null, target.Reference, digest.Hex, bytes);
        });

    public sealed class OnPostgres(PostgresCluster cluster) : MadeSignatureTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : MadeSignatureTests(cluster), IClassFixture<SqliteCluster>;
}
