using System.Reflection;
using Orleans.Concurrency;

namespace OrleansRegistry.Architecture.Tests;

/// <summary>What crosses the cluster has names of its own, so that nodes of two versions understand each other.</summary>
public sealed class WireTests
{
    private static readonly Type[] Interfaces =
        [.. Types("Grains.Interfaces").Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))];

    internal static readonly Type[] Messages =
        [.. Types("Grains.Interfaces").Concat(Types("Grains")).Where(type => type.IsDefined(typeof(GenerateSerializerAttribute)))];

    [Fact]
    public void Every_grain_interface_and_method_has_an_alias()
    {
        Assert.NotEmpty(Interfaces);
        var nameless = Interfaces.Cast<MemberInfo>().Concat(Interfaces.SelectMany(type => type.GetMethods()))
            .Where(member => !member.IsDefined(typeof(AliasAttribute)));
        Assert.Empty(nameless.Select(member => $"{member.DeclaringType?.Name}.{member.Name}"));
    }

    [Fact]
    public void Every_message_has_an_alias_and_no_two_share_one()
    {
        Assert.NotEmpty(Messages);
        Assert.Empty(Messages.Where(type => !type.IsDefined(typeof(AliasAttribute), inherit: false)).Select(type => type.Name));
        var aliases = Interfaces.Concat(Messages).Select(type => type.GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias).ToList();
        Assert.Equal(aliases.Distinct(), aliases);
    }

    [Fact]
    public void Every_member_of_a_message_has_a_number_of_its_own()
    {
        foreach (var message in Messages)
        {
            var members = message.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(property => property.GetIndexParameters().Length == 0 && property.SetMethod is not null).ToList();
            Assert.Empty(members.Where(member => !member.IsDefined(typeof(IdAttribute))).Select(member => $"{message.Name}.{member.Name}"));
            var numbers = members.Select(member => member.GetCustomAttribute<IdAttribute>()!.Id).ToList();
            Assert.Equal(numbers.Distinct(), numbers);
        }
    }

    [Fact]
    public void No_grain_gives_away_its_one_writer() =>
        Assert.Empty(Types("Grains").Where(type => type.IsDefined(typeof(ReentrantAttribute))).Select(type => type.Name));

    private static IEnumerable<Type> Types(string project) =>
        Checkout.Assembly(project).GetTypes().Where(type => type.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) is not true);
}
