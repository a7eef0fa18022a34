using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>Changes as tasks keep them and as they cross the cluster.</summary>
public sealed class ChangeJsonTests
{
    private static readonly Digest Image = Images.Image("image").Digest;
    private static readonly Guid Id = Guid.NewGuid();

    public static TheoryData<RepositoryChange> Changes =>
    [
        new PutManifest(Images.Image("image", ["layer"]), Images.Tags("a", "b")),
        new AddSignature(ContentUnit.Signature(new(Image, new string('a', 64))), "says", 5),
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
        new AddSignatures([new(Image, new string('a', 64))], AllOrNothing: true),
        new AttachManifests([new(Image, Image, Tag.Parse("tag"), null)]),
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

    /// <summary>What tasks keep from before these were values: texts, which they are still written as.</summary>
    [Theory]
    [InlineData("""{"kind":"add-signatures","keys":["IMAGE@HEX"],"all_or_nothing":true}""")]
    [InlineData("""{"kind":"add-signature","signature":{"kind":"Signature","key":"IMAGE@HEX","target":"IMAGE"},"statement":"says","size":5}""")]
    [InlineData("""{"kind":"attach","attachments":[{"image":"IMAGE","manifest":"IMAGE","tag":"a","replaces":"IMAGE"}]}""")]
    [InlineData("""{"kind":"attach","attachments":[{"image":"IMAGE","manifest":"IMAGE","tag":null,"replaces":null}]}""")]
    [InlineData("""{"kind":"remove-signatures","ids":null,"key":null,"manifest":"IMAGE"}""")]
    public void Digests_tags_and_keys_are_texts(string json)
    {
        var stored = json.Replace("IMAGE", Image.ToString(), StringComparison.Ordinal)
            .Replace("HEX", new string('a', 64), StringComparison.Ordinal);
        Assert.StartsWith(stored[..^1], ChangeJson.Write(ChangeJson.Read(stored)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_to_be_signed_is_kept_as_texts()
    {
        var id = Guid.NewGuid();
        var stored = $$"""
            {"repository":"{{id}}","service":"{{id}}","name":"host/name","tags":["a*"],"manifests":["{{Image}}"],"force":false,"all_or_nothing":true,"host":"host","untagged":false}
            """;
        var arguments = TaskJson.Read<SignArguments>(stored);
        Assert.Equal([Image], arguments.Manifests!);
        Assert.Equal(stored, TaskJson.Write(arguments));
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
    [InlineData("""{"kind":"add-signatures","keys":["no key"],"all_or_nothing":true}""")]
    [InlineData("""{"kind":"attach","attachments":[{"image":"no digest","manifest":"no digest"}]}""")]
    [InlineData("""{"kind":"unheard-of"}""")]
    [InlineData("""{"tag":"a"}""")]
    [InlineData("null")]
    public void What_is_no_change_is_refused(string json) =>
        Assert.Throws<JsonException>(() => ChangeJson.Read(json));
}
