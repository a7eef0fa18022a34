using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>Changes as tasks keep them and as they cross the cluster.</summary>
public sealed class ChangeJsonTests
{
    private static readonly Digest Image = Images.Image("image").Digest;
    private static readonly Guid Id = Guid.NewGuid();

    public static TheoryData<RepositoryChange> Changes =>
    [
        new PutManifest(Images.Image("image", ["layer"]), Images.Tags("a", "b")),
        new AddSignature(new(ContentKind.Signature, $"{Image}@{new string('a', 64)}", Image.ToString()), "says", 5),
        new RemoveManifest(Image),
        new RemoveBlob(Image, WasPending: true),
        new TagManifest(Tag.Parse("a"), Image),
        new Untag(Tag.Parse("a")),
        new AddContent([Id], RequireManifest: true),
        new RemoveContent(null),
        new RemoveContent([Id]),
        new ModifyContent(null, [Id]),
        new CopyContent(Id, null, new(true, ["a"], null, WithSignatures: true)),
        new RemoveSignatures([Id], "0123456789ABCDEF", Image),
        new RemoveRevoked(),
        new RollBack(3),
        new IngestContent(Id, Mirror: true),
        new AddSignatures(["key"], AllOrNothing: true),
        new AttachManifests([new(Image.ToString(), Image.ToString(), "tag", null)]),
    ];

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_is_read_as_it_was_written(RepositoryChange change)
    {
        var read = ChangeJson.Read(ChangeJson.Write(change));
        Assert.Equal(change.GetType(), read.GetType());
        Assert.Equal(ChangeJson.Write(change), ChangeJson.Write(read));
        Assert.Equal(change.Touches, read.Touches);
    }

    [Fact]
    public void Every_change_has_a_name_and_is_tried_here()
    {
        var changes = typeof(RepositoryChange).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(RepositoryChange)) && !type.IsAbstract).ToHashSet();
        var named = typeof(RepositoryChange).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false)
            .Cast<JsonDerivedTypeAttribute>().ToDictionary(name => name.DerivedType, name => name.TypeDiscriminator);
        Assert.Equal(changes, [.. named.Keys]);
        Assert.Equal(named.Count, named.Values.Distinct().Count());
        Assert.Equal(changes, [.. Changes.Select(row => row.Data.GetType())]);
    }

    [Theory]
    [InlineData("""{"kind":"remove"}""")] // all content leaves where a list is null: that has to be said
    [InlineData("""{"kind":"untag","tag":"no tag"}""")]
    [InlineData("""{"kind":"untag","tag":"a","force":true}""")]
    [InlineData("""{"kind":"unheard-of"}""")]
    [InlineData("""{"tag":"a"}""")]
    [InlineData("null")]
    public void What_is_no_change_is_refused(string json) =>
        Assert.Throws<JsonException>(() => ChangeJson.Read(json));
}
